"""What Xueji would still need without a web page or a database: the rules of an academic record."""
