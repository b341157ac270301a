const PLAIN_WIDTH = 100;

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether to colour what goes to this stream: FORCE_COLOR, then NO_COLOR, then whether it is a terminal. */
export function wantsColour(stream: { readonly isTTY?: boolean }, environment: Environment): boolean {
  const forced = environment.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if ((environment.NO_COLOR ?? '') !== '') return false;
  return stream.isTTY === true && environment.TERM !== 'dumb';
}

/** How text for people is drawn on a stream. */
export function textStyle(stream: NodeJS.WriteStream): { readonly colour: boolean; readonly width: number } {
  return { colour: wantsColour(stream, process.env), width: stream.columns ?? PLAIN_WIDTH };
}

export function canRedraw(stream: { readonly isTTY?: boolean }, environment: Environment): boolean {
  return stream.isTTY === true && environment.TERM !== 'dumb' && !isCi(environment);
}

function isCi(environment: Environment): boolean {
  const value = environment.CI;
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}

/** Whether a browser could show up if one were asked for. */
export function hasDisplay(
  stdout: { readonly isTTY?: boolean },
  environment: Environment,
  platform: NodeJS.Platform,
): boolean {
  if (stdout.isTTY !== true || isCi(environment)) return false;
  if (platform !== 'linux') return true;
  return ['DISPLAY', 'WAYLAND_DISPLAY', 'WSL_DISTRO_NAME'].some((name) => (environment[name] ?? '') !== '');
}
