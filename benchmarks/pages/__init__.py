"""One way to make a page: Jinja2 fills a template and escapes what it is given; Matplotlib draws, into the page itself.

A page is one file that fetches nothing and runs nothing, reads on a phone and prints. Equal figures, equal bytes.
"""
