/**
 * From a raw .cpuprofile to the finished page, in a process of its own as a command would have: read, without the
 * profiler's own part, mapped to the sources, versions of packages looked up, folded, drawn. Prints the number of
 * the tree's nodes.
 */
import { createReadStream, writeFileSync } from 'node:fs';
import { packageVersions } from '../../../src/orchestrator/captures/in-sources.ts';
import { loadSourceMaps } from '../../../src/orchestrator/captures/source-maps.ts';
import { renderRunPage } from '../../../src/output/pages/run/page.ts';
import { runView } from '../../../src/output/view/run.ts';
import { cutProfile, withoutProfiler } from '../../../src/profile/cut.ts';
import { flameData } from '../../../src/profile/flame-tree.ts';
import { mapFrames } from '../../../src/profile/map-frames.ts';
import { CHUNK_BYTES, readCpuProfile } from '../../../src/profile/read-cpu-profile.ts';

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
writeFileSync(pageFile, renderRunPage(runView(record, [flame])));
console.log(flame.threads[0].frame.length);
