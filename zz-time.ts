import { Pages, openFolds } from './test/support/pages.ts';
import { renderReportHtml } from './src/output/pages/run/page.ts';
import { buildReportView } from './src/output/pages/run/view.ts';
import { record } from './test/fixtures/runs/records.ts';
import { traced } from './test/fixtures/runs/traces.ts';
const t0 = Date.now(); const T = (s: string) => console.log(((Date.now() - t0)/1000).toFixed(1), s);
const run = record();
const html = renderReportHtml(buildReportView({ ...run, variants: traced(run.variants) }, []));
const pages = await Pages.launch(); T('launched');
const { page } = await pages.show(html, { javaScriptEnabled: false, viewport: { width: 1200, height: 900 } }); T('shown');
await openFolds(page); T('folds');
const bars = page.locator('#breakdown .bar svg[role=img]');
console.log(await bars.evaluateAll((all) => all.map((bar) => bar.querySelector('.scaled')!.getBoundingClientRect().width))); T('widths');
page.setDefaultTimeout(20000);
await page.getByRole('radio', { name: 'share' }).check().catch((e) => console.log(String(e).slice(0, 3000))); T('checked');
for (const bar of await bars.all()) {
  const box = await bar.boundingBox(); T('bar box ' + JSON.stringify(box));
  for (const part of await bar.locator('.scaled > svg').all()) { const b = await part.boundingBox(); T('  ' + JSON.stringify(b) + await part.evaluate((e) => JSON.stringify(e.getBoundingClientRect()) + getComputedStyle(e.parentElement!).width)); }
}
await pages.close();
