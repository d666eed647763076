"""The production server refuses a body of two hundred megabytes by its length, unread, with a page that says why."""

import http.client
from contextlib import closing

from tests.markup import check_html
from tests.test_server import Server


def test_a_body_larger_than_any_upload_is_refused_with_a_page_before_it_is_sent():
    server = Server().wait_until_ready()
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)) as connection:
            connection.putrequest("POST", "/staff/import")
            connection.putheader("Content-Length", "200000000")
            connection.endheaders()
            reply = connection.getresponse()
            page = reply.read().decode()
    finally:
        server.process.terminate()
        server.end()

    assert (reply.status, reply.headers["Content-Type"]) == (413, "text/html; charset=utf-8")
    assert "檔案太大" in page and "The file is too large" in page
    check_html(page, "413")
