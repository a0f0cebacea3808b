import type { Field } from './packet.ts';

/**
 * Commands that set or control a station and that an officer may send, where the plant file allows it for the station. Not among them are
 * those that carry a secret (1072 password, 1014 key) or change who the station is (1002): they are set at the station.
 *
 * @source HJ 212-2017 table 9; HJ 212-2025 (3022, 3024)
 */
export const CONTROL_COMMANDS = {
  '1000': ['OverTime', 'ReCount'],
  '1012': ['SystemTime'],
  '1062': ['RtdInterval'],
  '1064': ['MinInterval'],
  '3011': ['PolId'],
  '3012': ['PolId'],
  '3013': ['PolId'],
  '3014': ['PolId'],
  '3015': [],
  '3016': ['PolId', 'CstartTime', 'CTime'],
  '3022': ['PolId'],
  '3024': ['PolId'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type ControlCommand = keyof typeof CONTROL_COMMANDS;

/** An officer's command: to whom, what, by whom and why. */
export interface ControlRequest {
  readonly mn: string;
  readonly cn: ControlCommand;
  readonly fields: Readonly<Record<string, string>>;
  readonly by: string;
  readonly why: string;
}

/**
 * What became of it: `done`, `refused` and `silent` as the station answered; everything else was not sent at all.
 *
 * `silent` says nothing of whether it was carried out.
 */
export type ControlOutcome =
  | 'done'
  | 'refused'
  | 'silent'
  | 'no-data'
  | 'not-allowed'
  | 'not-connected'
  | 'busy'
  | 'unknown-station'
  | 'malformed';

const VALUE = /^[0-9A-Za-z.:-]{1,32}$/;

/** The fields of a request as CP has them; null where one is missing, unknown or could break the packet, or nobody or nothing stands behind it. */
export function controlFields({ cn, fields, by, why }: ControlRequest): readonly (readonly Field[])[] | null {
  const wanted: readonly string[] | undefined = CONTROL_COMMANDS[cn];
  if (wanted === undefined || by.trim() === '' || why.trim() === '') return null;
  if (Object.keys(fields).length !== wanted.length || wanted.some((name) => !VALUE.test(fields[name] ?? ''))) return null;
  return wanted.map((name): Field[] => [[name, fields[name]!]]);
}
