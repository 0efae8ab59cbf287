/** How the page looks: on a light screen, on a dark one, and on paper. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1b2430; --soft: #5b6878; --line: #d9dfe7; --panel: #f5f7fa;
  --good: #2f7d5b; --bad: #b3261e; --warn: #9a6700; --mark: #2b5fa8; --bar: #7d9cc4; --on: #8fc1a9; --swept: #b9c7da; }
@media (prefers-color-scheme: dark) { :root { --paper: #12171e; --ink: #e4e9f0; --soft: #9aa7b6; --line: #2c3643; --panel: #1a212b;
  --good: #6cc49b; --bad: #ff8a80; --warn: #e3b341; --mark: #8ab4f8; --bar: #5d7fad; --on: #3f7a60; --swept: #3f4d60; } }
@media print { :root { color-scheme: light; --paper: #ffffff; --ink: #000000; --soft: #444c56; --line: #c4cbd4; --panel: #f4f5f7;
  --good: #1e6b49; --bad: #a31510; --warn: #7a5200; --mark: #1f4e91; --bar: #7d9cc4; --on: #8fc1a9; --swept: #b9c7da; } }
* { box-sizing: border-box; }
html { background: var(--paper); }
body { margin: 0 auto; max-width: 1120px; padding: 40px 32px 64px; color: var(--ink); background: var(--paper);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, "Noto Sans", sans-serif; }
header { border-bottom: 2px solid var(--ink); padding-bottom: 18px; margin-bottom: 24px; }
h1 { font-size: 27px; line-height: 1.2; margin: 0 0 6px; letter-spacing: -0.01em; text-wrap: balance; }
h2 { font-size: 18px; margin: 40px 0 4px; letter-spacing: -0.005em; }
p { margin: 4px 0 12px; max-width: 82ch; }
.note, header p { color: var(--soft); margin-bottom: 0; }
header p.notice { color: var(--warn); font-weight: 600; }
.note { font-size: 13.5px; margin-bottom: 10px; max-width: 112ch; }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px; margin: 0; }
@media (max-width: 820px) { body { padding: 24px 16px 48px; } .tiles { grid-template-columns: repeat(2, 1fr); } }
.tiles div { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 12px 14px; }
dt { color: var(--soft); font-size: 13px; }
dd { margin: 2px 0 0; font-size: 22px; line-height: 1.25; font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
dd small { display: block; font-size: 12.5px; font-weight: 400; color: var(--soft); white-space: normal; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; line-height: 1.4; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: 12.5px; border-bottom: 1px solid var(--ink); padding: 6px 12px 6px 0; vertical-align: bottom; }
td { border-bottom: 1px solid var(--line); padding: 7px 12px 7px 0; vertical-align: top; overflow-wrap: anywhere; }
th:last-child, td:last-child { padding-right: 0; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; overflow-wrap: normal; }
td.time { font-variant-numeric: tabular-nums; min-width: 92px; overflow-wrap: normal; }
td.keep { white-space: nowrap; overflow-wrap: normal; }
td small { color: var(--soft); font-size: 12.5px; display: block; }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.92em; overflow-wrap: anywhere; }
ul.gaps { list-style: none; margin: 8px 0 0; padding: 0; border-left: 3px solid var(--warn); }
ul.gaps li { display: grid; grid-template-columns: 122px 1fr; gap: 14px; padding: 4px 0 4px 14px; }
ul.gaps b { font-weight: 600; }
ul.gaps span { max-width: 86ch; }
ul.gaps small { color: var(--soft); font-size: 13px; display: block; font-variant-numeric: tabular-nums; }
.severity { font-weight: 600; white-space: nowrap; }
svg { display: block; width: 100%; height: auto; overflow: visible; margin: 6px 0; font: 12px system-ui, -apple-system, "Segoe UI", Arial, "Noto Sans", sans-serif; }
svg .lane { fill: var(--ink); } svg .tick { stroke: var(--line); } svg text.tick { stroke: none; fill: var(--soft); font-size: 11px; }
svg .on { fill: var(--on); } svg .off { fill: var(--bad); } svg .swept { fill: var(--swept); } svg .missed { fill: var(--warn); }
svg .unknown { fill: url(#unknown); } svg .hatch { stroke: var(--line); stroke-width: 3; }
svg .critical { fill: var(--bad); } svg .high { fill: var(--warn); } svg .medium { fill: var(--mark); } svg .low, svg .info { fill: var(--soft); }
svg .commit { fill: var(--mark); } svg .bar { fill: var(--bar); } svg .count { fill: var(--ink); font-weight: 600; }
td.number + td.text, td.number + td.keep, th.number + th.text, th.number + th.keep { padding-left: 10px; }
figure { margin: 0 0 16px; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 0; padding: 0; list-style: none; color: var(--soft); font-size: 12.5px; }
.legend i { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin-right: 6px; vertical-align: -1px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.legend .on { background: var(--on); } .legend .off { background: var(--bad); } .legend .missed { background: var(--warn); }
.legend .critical { background: var(--bad); clip-path: polygon(0 0, 100% 0, 50% 100%); }
.legend .commit { background: var(--mark); transform: rotate(45deg) scale(0.8); }
footer { margin-top: 44px; padding-top: 12px; border-top: 1px solid var(--line); color: var(--soft); font-size: 13px; }
a { color: var(--mark); }
@page { size: A4; margin: 14mm 13mm 16mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  h1 { font-size: 19pt; } h2 { font-size: 13pt; margin-top: 20pt; break-after: avoid; }
  table { font-size: 8.5pt; } th { font-size: 8pt; } td small { font-size: 8pt; } dd { font-size: 14pt; }
  .tiles { grid-template-columns: repeat(4, 1fr); gap: 6pt; }
  .tiles div { padding: 7pt 8pt; } dt, dd small { font-size: 8pt; } svg text, svg text.tick { font-size: 15px; } .legend, .note, ul.gaps small { font-size: 8.5pt; } ul.gaps { font-size: 9.5pt; }
  thead { display: table-header-group; } tr, svg, .together, .tiles div, ul.gaps li { break-inside: avoid; }
  svg, .tiles div { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .together { break-after: avoid; } .scroll { overflow: visible; } a { color: inherit; text-decoration: none; }
}
`;
