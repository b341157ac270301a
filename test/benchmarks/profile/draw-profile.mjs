/**
 * From a raw .cpuprofile to the finished page, in a process of its own as a command would have: read, without the
 * profiler's own part, mapped to the sources, versions of packages looked up, folded, drawn. Prints the number of
 * the tree's nodes.
 */
import { createReadStream, writeFileSync } from 'node:fs';
import { packageVersions } from '../../../dist/src/orchestrator/captures/in-sources.js';
import { loadSourceMaps } from '../../../dist/src/orchestrator/captures/source-maps.js';
import { renderReportHtml } from '../../../dist/src/output/pages/run/page.js';
import { buildReportView } from '../../../dist/src/output/pages/run/view.js';
import { cutProfile, withoutProfiler } from '../../../dist/src/profile/cut.js';
import { flameData } from '../../../dist/src/profile/flame-tree.js';
import { mapFrames } from '../../../dist/src/profile/map-frames.js';
import { CHUNK_BYTES, readCpuProfile } from '../../../dist/src/profile/read-cpu-profile.js';

const [, , recordFile, profileFile, pageFile] = process.argv;
const { default: record } = await import(recordFile, { with: { type: 'json' } });
const raw = await readCpuProfile(createReadStream(profileFile, { highWaterMark: CHUNK_BYTES }), profileFile);
const cut = cutProfile(raw, withoutProfiler(raw));
const urls = cut.frames.map(({ url }) => url).filter((url) => url !== '');
const mapped = mapFrames(cut, await loadSourceMaps(urls, () => undefined));
const thread = {
  ...{ thread: 0, label: 'main thread', variant: 'sequential', displayRoot: process.cwd() },
  ...{ threadmillRoot: '/nowhere', packages: await packageVersions(urls) },
};
const flame = flameData('sequential', [{ ...mapped, thread }]);
writeFileSync(pageFile, renderReportHtml(buildReportView(record, [flame])));
console.log(flame.threads[0].frame.length);
