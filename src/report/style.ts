/** Colours of verdicts and series: distinguishable with the common colour blindnesses. */
export const palette = {
  safe: '#2a8f5d',
  unsafe: '#c8453b',
  undecided: '#c48a12',
  first: '#3b6fb5',
  second: '#d07f2c',
  grey: '#8a8f98',
} as const;

export const css = `
:root{--ink:#1c2026;--soft:#5b6470;--line:#dfe3e8;--page:#fff;--panel:#f6f7f9;color-scheme:light dark}
@media (prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#a5adb8;--line:#353b44;--page:#16191d;--panel:#1e2227}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:70rem;padding:2rem 1.2rem 4rem;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .3rem}h2{font-size:1.2rem;margin:2.6rem 0 .6rem}
p{max-width:46rem}.lead{font-size:1.08rem}.soft,figcaption,footer{color:var(--soft);font-size:.9rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{padding:.34rem .5rem;border-bottom:1px solid var(--line);text-align:left;white-space:nowrap;vertical-align:middle}
th{font-weight:600;color:var(--soft)}td.n,th.n{text-align:right}
.verdict{font-weight:600}.safe{color:${palette.safe}}.unsafe{color:${palette.unsafe}}.undecided{color:${palette.undecided}}
figure{margin:1rem 0;padding:0}figcaption{margin-top:.4rem;max-width:46rem}
.chart{background:#fff;border:1px solid var(--line);border-radius:6px;padding:.4rem;overflow-x:auto}.chart svg{display:block;width:100%;height:auto;min-width:40rem}
.strips{display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:1rem}
.strips figure{margin:0;background:var(--panel);padding:.6rem;border-radius:6px}.strips img{width:100%;image-rendering:pixelated;display:block}
summary{cursor:pointer;color:var(--soft);margin:.6rem 0}dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.2rem;font-size:.92rem}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
code{font:.9em ui-monospace,Menlo,Consolas,monospace}
`;
