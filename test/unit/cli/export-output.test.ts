import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, test } from 'node:test';
import { type Content, targetsOf, toFiles, toStdout } from '../../../src/cli/export-output.ts';
import { pprof } from '../../../src/output/export/formats/pprof.ts';
import { speedscope } from '../../../src/output/export/formats/speedscope.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const content = (...chunks: (string | Uint8Array)[]): Content => ({
  fileName: 'a.json',
  async *chunks() {
    yield* chunks;
  },
});

/** As much of a stdout as is looked at. */
function stdoutOf(stream: PassThrough, isTTY: boolean): NodeJS.WriteStream {
  return Object.assign(stream, { isTTY }) as unknown as NodeJS.WriteStream;
}

describe('where files go', () => {
  const choose = { output: null, folder: 'run-cpuprofile', force: false };

  test('one: here, to the path given, or into a folder', async (t) => {
    const dir = await temporaryFolder(t);
    assert.deepEqual(targetsOf(['a.json'], choose), [join(process.cwd(), 'a.json')]);
    assert.deepEqual(targetsOf(['a.json'], { ...choose, output: join(dir, 'b') }), [join(dir, 'b')]);
    assert.deepEqual(targetsOf(['a.json'], { ...choose, output: dir }), [join(dir, 'a.json')]);
    const fresh = `${join(dir, 'new')}/`;
    assert.deepEqual(targetsOf(['a.json'], { ...choose, output: fresh }), [join(dir, 'new', 'a.json')]);
  });

  test('several: into a folder, their own or the one given', async (t) => {
    const dir = await temporaryFolder(t);
    const names = ['a', 'b'];
    assert.deepEqual(
      targetsOf(names, choose),
      names.map((name) => join(process.cwd(), 'run-cpuprofile', name)),
    );
    const output = join(dir, 'new');
    assert.deepEqual(
      targetsOf(names, { ...choose, output }),
      names.map((name) => join(output, name)),
    );
    await writeFile(output, '');
    const error = { code: 'output-unwritable', message: `${output} is a file, and there are 2 to write` };
    assert.throws(() => targetsOf(names, { ...choose, output }), error);
  });

  test('nothing is written over, unless that is asked for; a folder never is', async (t) => {
    const output = await temporaryFolder(t);
    await writeFile(join(output, 'b'), 'mine');
    await mkdir(join(output, 'c'));
    const refused = { code: 'output-unwritable', advice: /--force/ };
    assert.throws(() => targetsOf(['a', 'b'], { ...choose, output }), refused);
    assert.equal(targetsOf(['a', 'b'], { ...choose, output, force: true }).length, 2);
    const replaces = (target: string) => target.endsWith('b');
    assert.equal(targetsOf(['a', 'b'], { ...choose, output, replaces }).length, 2);
    const folder = { code: 'output-unwritable', advice: /It is a folder/ };
    assert.throws(() => targetsOf(['a', 'c'], { ...choose, output, force: true }), folder);
  });
});

describe('files', () => {
  test('are written with the folders that they are in, in pieces of text or bytes', async (t) => {
    const file = join(await temporaryFolder(t), 'deep', 'er', 'a.json');
    await toFiles([content('{"a":', Buffer.from('1'), '}')], [file]);
    assert.equal(await readFile(file, 'utf8'), '{"a":1}');
  });

  test('appear whole or not at all', async (t) => {
    const dir = await temporaryFolder(t);
    const broken: Content = {
      fileName: 'a',
      async *chunks() {
        yield 'half of it';
        throw new RangeError('no more');
      },
    };
    await assert.rejects(toFiles([broken], [join(dir, 'a')]), RangeError);
    assert.deepEqual(await readdir(dir), []);
  });

  test('that can’t be written are one error that names the option', async (t) => {
    const dir = await temporaryFolder(t);
    await writeFile(join(dir, 'file'), '');
    await assert.rejects(toFiles([content('x')], [join(dir, 'file', 'a')]), {
      ...{ code: 'output-unwritable', advice: /--output/ },
    });
  });
});

describe('stdout', () => {
  test('gets one file', async () => {
    const stream = new PassThrough();
    await toStdout([content('ab', 'c')], speedscope, stdoutOf(stream, true));
    assert.equal(String(stream.read()), 'abc');
  });

  test('gets no second file, and no bytes if it is a terminal', async () => {
    const usage = (message: RegExp) => ({ code: 'usage', message });
    const stream = new PassThrough();
    await assert.rejects(
      toStdout([content('a'), content('b')], speedscope, stdoutOf(stream, false)),
      usage(/makes 2 files/),
    );
    await assert.rejects(toStdout([content('a')], pprof, stdoutOf(stream, true)), usage(/is a terminal/));
    assert.equal(stream.read(), null);
    await toStdout([content('a')], pprof, stdoutOf(stream, false));
    assert.equal(String(stream.read()), 'a');
  });
});
