"""The style sheet of the pages: readable on a phone, on a wide screen, and printed."""

STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.2rem; max-width: 76rem; background: #fff; color: #1a1a1a;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .2rem 0 .6rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid #ccc; padding-bottom: .2rem; }
p { max-width: 62rem; margin: .5rem 0; }
.verdict { font-size: 1.1rem; background: #eef4fa; border-left: 4px solid #0072b2; padding: .7rem .9rem; }
.small { font-size: .87rem; color: #444; }
.scroll { overflow-x: auto; margin: .6rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .92rem; }
caption { text-align: left; font-weight: 600; padding: .2rem 0 .35rem; }
th, td { text-align: right; padding: .25rem .5rem; border-bottom: 1px solid #ddd;
  vertical-align: top; white-space: nowrap; }
th { background: #f4f4f4; font-weight: 600; }
th:first-child, td:first-child { text-align: left; padding-left: .3rem; }
th.text, td.text { text-align: left; }
tr.own td { font-weight: 600; }
tr.first td { border-top: 2px solid #999; }
td small { display: block; font-weight: 400; font-size: .78rem; color: #555; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr)); gap: 1rem 1.4rem; }
.plots svg { width: 100%; height: auto; max-width: 36rem; display: block; }
@media (max-width: 40rem) { body { padding: .8rem; } th, td { padding: .25rem .45rem; font-size: .85rem; } }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  .scroll { overflow: visible; }
  table { font-size: 7.5pt; }
  th, td { padding: .12rem .35rem; font-size: 7.5pt; }
  td small { font-size: 6.5pt; }
  .plots { grid-template-columns: 1fr 1fr; }
  table, svg, .verdict { break-inside: avoid; }
  h2 { break-after: avoid; }
}
"""
