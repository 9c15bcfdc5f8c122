package dev.sallyport.demo.directory;

/** How the administrator's page looks, in light and in dark. */
final class AdminStyle {
    private AdminStyle() {}

    static final String ICON = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0f766e"/>\
            <circle cx="16" cy="12" r="5" fill="#fff"/><path d="M6 27a10 9 0 0 1 20 0z" fill="#fff"/></svg>
            """;

    static final String CSS = """
            :root { --ink: #17212b; --soft: #56636f; --line: #dde3e8; --ground: #f3f5f7; --card: #fff; --brand: #0f766e;
              --good: #0b6b3a; --good-bg: #e2f5ea; --off: #5b6670; --off-bg: #e9edf0; --bad: #a3201d; --bad-bg: #fdebea; }
            @media (prefers-color-scheme: dark) {
              :root { --ink: #e6ebef; --soft: #a0adb8; --line: #303a43; --ground: #12171c; --card: #1b2229; --brand: #2dd4bf;
                --good: #7fe0a9; --good-bg: #12382a; --off: #b4bec7; --off-bg: #2a333b; --bad: #ffa29d; --bad-bg: #43201f; }
            }
            * { box-sizing: border-box; }
            body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
            header { background: var(--card); border-bottom: 1px solid var(--line); }
            .bar, main, footer { max-width: 66rem; margin: 0 auto; padding: 1rem 1.25rem; }
            .bar { display: flex; align-items: center; gap: .75rem; flex-wrap: wrap; }
            h1 { font-size: 1.2rem; margin: 0 auto 0 0; }
            h2 { font-size: 1rem; margin: 0; }
            p { margin: .25rem 0 0; color: var(--soft); }
            form { display: inline-flex; gap: .5rem; margin: 0; }
            input[type=search], button { font: inherit; font-size: .9rem; padding: .4rem .75rem; border-radius: .5rem;
              border: 1px solid var(--line); background: var(--card); color: var(--ink); }
            button { cursor: pointer; white-space: nowrap; }
            button:hover { border-color: currentColor; }
            :focus-visible { outline: 2px solid var(--brand); outline-offset: 2px; }
            .danger { color: var(--bad); }
            .card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; margin-bottom: 1rem; overflow-x: auto; }
            .aside { display: flex; align-items: center; justify-content: space-between; gap: 1rem; padding: 1rem 1.25rem; flex-wrap: wrap; }
            table { width: 100%; border-collapse: collapse; }
            caption { text-align: left; padding: .9rem 1.25rem; font-weight: 600; }
            th, td { text-align: left; padding: .6rem .75rem; border-top: 1px solid var(--line); font-weight: 400; }
            th:first-child, td:first-child { padding-left: 1.25rem; }
            th:last-child, td:last-child { padding-right: 1.25rem; }
            .number { white-space: nowrap; font-variant-numeric: tabular-nums; }
            thead th { color: var(--soft); font-size: .8rem; }
            .who { display: block; font-weight: 600; }
            .mail { display: block; color: var(--soft); font-size: .875rem; }
            tr.off .who { color: var(--soft); }
            .do { text-align: right; white-space: nowrap; }
            .do form + form { margin-left: .5rem; }
            .tag, .state { display: inline-block; padding: 0 .55rem; border-radius: 1rem; font-size: .8rem; background: var(--off-bg); color: var(--off); }
            .state.on { background: var(--good-bg); color: var(--good); }
            .state.bad { background: var(--bad-bg); color: var(--bad); }
            .notice { background: var(--good-bg); color: var(--good); border-radius: .75rem; padding: .7rem 1.25rem; margin: 0 0 1rem; }
            .none { color: var(--soft); text-align: center; padding: 2rem; }
            footer { color: var(--soft); font-size: .85rem; }
            code { overflow-wrap: anywhere; }
            .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
            @media (max-width: 44rem) {
              thead { display: none; }
              tbody tr { display: block; border-top: 1px solid var(--line); padding: .6rem 0; }
              tbody th, tbody td { display: block; border: 0; padding: .15rem 1.25rem; text-align: left; }
              .do { white-space: normal; }
              .do form { margin-top: .4rem; }
            }
            """;
}
