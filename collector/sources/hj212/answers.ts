import { type Field, flagOf, headerField, type Packet } from './packet.ts';

/** ST of what platform and station say to each other. @source HJ 212-2017 table 5 */
export const INTERACTION = '91';

/** QnRtn: what became of a request before it is carried out. @source HJ 212-2017 table 7 */
export const QN_RTN = { ready: 1, refused: 2, password: 3, mn: 4, st: 5, flag: 6, qn: 7, cn: 8, crc: 9, unknown: 100 } as const;

/** ExeRtn: how carrying it out ended. @source HJ 212-2017 table 6 */
export const EXE_RTN = { done: 1, failed: 2, condition: 3, timeout: 4, busy: 5, fault: 6, noData: 100 } as const;

/**
 * The answer 9011 … 9014 to a packet: its QN, PW, MN and version, no answer wanted.
 *
 * @param cp fields of CP: QnRtn, ExeRtn.
 */
export function answerTo(packet: Packet, cn: '9011' | '9012' | '9013' | '9014', cp: readonly Field[] = []): Packet {
  const flag = flagOf(packet);
  const echoed = (key: string): Field[] => {
    const value = headerField(packet, key);
    return value === null ? [] : [[key, value]];
  };
  return {
    header: [
      ...echoed('QN'),
      ['ST', INTERACTION],
      ['CN', cn],
      ...echoed('PW'),
      ...echoed('MN'),
      ...(flag === null ? [] : [['Flag', String(flag.version << 2)] as const]),
    ],
    groups: cp.map((field) => [field]),
  };
}
