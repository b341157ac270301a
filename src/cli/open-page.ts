import { writeOut } from './output.ts';
import { shownPath } from './paths.ts';
import { hasDisplay } from './terminal.ts';

export async function showPage(file: string, open: boolean): Promise<void> {
  await writeOut([`${shownPath(file)}\n`]);
  if (open && hasDisplay(process.stdout, process.env, process.platform)) await openInBrowser(file);
}

export async function openInBrowser(file: string): Promise<void> {
  try {
    const { default: open } = await import('open');
    const opener = await open(file);
    opener.once('error', () => undefined);
    opener.unref();
  } catch {
    // The path has been printed; there is nothing here to open it with.
  }
}
