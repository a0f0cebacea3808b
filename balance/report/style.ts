/** The report's own style sheet: readable on a page, printed on A4 with table heads repeated and rows never cut. */
export const STYLE = `
body { margin: 0; color: #1f2933; background: #fff; font: 15px/1.6 'Noto Sans SC', 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 24px; }
h1.title { font-size: 26px; margin: 8px 0 20px; }
h2 { font-size: 20px; margin: 32px 0 8px; padding-bottom: 4px; border-bottom: 2px solid #1f5f8b; }
h3 { font-size: 17px; margin: 24px 0 8px; }
h4 { font-size: 15px; margin: 16px 0 8px; }
p.warning { border-left: 5px solid #b4500b; background: #fdf1e3; padding: 8px 12px; font-weight: 600; }
p.remark { color: #52606d; font-size: 13px; margin: 4px 0; }
p.blank { border: 1px dashed #52606d; background: #fffbe6; padding: 8px 12px; }
table { border-collapse: collapse; width: 100%; margin: 12px 0; font-size: 12.5px; line-height: 1.4; }
caption { text-align: left; font-weight: 600; padding: 4px 0; caption-side: top; }
th, td { border: 1px solid #c3ccd5; padding: 3px 6px; min-width: 3.5em; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { background: #eef3f7; overflow-wrap: normal; }
td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
th.number { text-align: right; }
figure { margin: 16px 0; overflow-x: auto; }
figure svg { max-width: 100%; height: auto; }
figcaption { font-weight: 600; font-size: 12.5px; }
@page { size: A4 landscape; margin: 14mm 12mm; }
@media print {
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  table { font-size: 7.5pt; }
  thead { display: table-header-group; }
  tr, figure { break-inside: avoid; }
  h2, h3, h4, caption, p.warning { break-after: avoid; }
  figure svg { max-height: 165mm; }
}
`;
