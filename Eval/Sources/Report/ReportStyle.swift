/// How the report looks: light and dark by the reader's setting, on paper, and on a telephone.
enum ReportStyle {
    static let css = """
        :root { color-scheme: light dark; --back: #fff; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de;
          --panel: #f6f8fa; --good: #1a7f37; --bad: #c4321f; --run0: #57606a; --run1: #0969da; --run2: #bf5700;
          --run3: #1a7f37; --run4: #8250df; --run5: #b0246a; }
        @media (prefers-color-scheme: dark) { :root { --back: #0d1117; --ink: #e6edf3; --soft: #9aa4af; --line: #30363d;
          --panel: #161b22; --good: #4ac26b; --bad: #ff7b72; --run0: #9aa4af; --run1: #58a6ff; --run2: #f0883e;
          --run3: #4ac26b; --run4: #bc8cff; --run5: #f778ba; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--back); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        main { max-width: 64rem; margin: 0 auto; padding: 1rem; }
        h1 { font-size: 1.6rem; margin: .5rem 0; }
        h2 { font-size: 1.2rem; margin: 2.2rem 0 .4rem; }
        h3 { font-size: 1rem; margin: 1.2rem 0 .4rem; overflow-wrap: anywhere; }
        p { margin: .4rem 0; }
        .note { color: var(--soft); font-size: .9rem; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { padding: .3rem .5rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
        th:first-child, td:first-child { padding-left: 0; text-align: left; white-space: normal;
          overflow-wrap: anywhere; min-width: 7rem; }
        thead th { border-bottom: 2px solid var(--line); vertical-align: bottom; white-space: normal; }
        tr.oracle td { color: var(--soft); font-size: .85rem; }
        tr.oracle td:first-child { padding-left: 1rem; }
        tbody th { font-weight: 600; }
        .good { color: var(--good); } .bad { color: var(--bad); }
        .key { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin-right: .4em; }
        .legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin: .3rem 0; padding: 0; list-style: none;
          font-size: .9rem; overflow-wrap: anywhere; }
        svg { display: block; }
        svg.chart { width: 100%; max-width: 36rem; height: auto; }
        svg.bars { width: 100%; height: 9rem; background: var(--panel); }
        .pair { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1.2rem; }
        .pair h4 { margin: .2rem 0; font-size: .85rem; color: var(--soft); font-weight: 600; overflow-wrap: anywhere; }
        ol.hits { margin: 0; padding-left: 1.8rem; font-size: .85rem; }
        ol.hits li { overflow-wrap: anywhere; }
        .id { color: var(--soft); font-size: .85em; white-space: nowrap; }
        .grade { display: inline-block; min-width: 1.6em; padding: 0 .3em; margin-right: .5em; border-radius: 3px;
          text-align: center; background: var(--panel); color: var(--soft); border: 1px solid var(--line); }
        .grade.relevant { color: var(--good); border-color: currentColor; font-weight: 700; }
        .grade.wrong { color: var(--bad); border-color: currentColor; }
        .query { break-inside: avoid; padding-bottom: .6rem; border-bottom: 1px solid var(--line); }
        @media (max-width: 30rem) { body { font-size: 15px; } main { padding: .8rem; } .pair { gap: 0 .6rem; }
          th, td { padding: .3rem .45rem; } }
        @media print { :root { color-scheme: light; --back: #fff; --ink: #000; --soft: #444; --line: #bbb;
          --panel: #f3f3f3; --good: #12612a; --bad: #a11d0d; --run0: #57606a; --run1: #0969da; --run2: #bf5700;
          --run3: #1a7f37; --run4: #8250df; --run5: #b0246a; }
          body { font-size: 10pt; } main { max-width: none; padding: 0; } .wide { overflow: visible; }
          h1 { font-size: 15pt; } h2 { font-size: 12pt; margin-top: 1.2rem; } h3 { font-size: 10pt; }
          .note { font-size: 8.5pt; } svg.chart { max-width: 22rem; } svg.bars { height: 5rem; }
          table, tr.oracle td, ol.hits { font-size: 8pt; } th, td { padding: .15rem .35rem; } h2, h3, h2 + .note { break-after: avoid; }
          svg, tr { break-inside: avoid; } svg * , .key { print-color-adjust: exact; } }
        """
}
