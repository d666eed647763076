"""What a page has already and need not be sent again, as static/record.js tells the server."""

LONG_LIST = 60


class Already:
    """The long lists of one page, by name, from when each came first."""

    def __init__(self):
        self.lists = {}

    def headers(self, page, target):
        """What htmx says of itself and where the answer goes, and record.js of what the page has."""
        place = page.select_one(target) if page else None
        at = {"HX-Target": f"{place.name}#{place['id']}"} if place else {}
        tabs = page.select("#tabs [data-tab]") if page else []
        letters = [
            one["data-state"][0].upper() if one.has_attr("aria-current") else one["data-state"][0] for one in tabs
        ]
        return {"HX-Request": "true", **at, "X-Lists": ",".join(self.lists), "X-Tabs": "".join(letters)}

    def lengthen(self, page):
        """Give each long list that comes short the choices it had when it came first."""
        for one in page.select("select[data-list]"):
            given = {option.get_text(): option for option in one.select("option")}
            if len(given) > LONG_LIST:
                self.lists[one["data-list"]] = list(given.values())
            for text, value in [(kept.get_text(), kept.get("value")) for kept in self.lists[one["data-list"]]]:
                if text not in given:
                    one.append(page.new_tag("option", string=text, attrs={"value": text if value is None else value}))
