import { GRANTS, type Grant } from '../grants.ts';

export const ROLES = ['engineer', 'auditor', 'officer', 'administrator'] as const;
export type Role = (typeof ROLES)[number];

/** What each role may ask of the plants that it is granted. Administrators see every plant. */
const GRANTED: Readonly<Record<Role, readonly Grant[]>> = {
  engineer: ['balances', 'values', 'sources', 'metrics'],
  auditor: ['balances', 'values', 'sources'],
  officer: ['balances', 'values'],
  administrator: GRANTS,
};

export const grantsOf = (role: Role): readonly Grant[] => GRANTED[role];

/** What a program's token may be given: everything but the users. */
export const SCOPES = ['balances', 'values', 'sources', 'metrics'] as const satisfies readonly Grant[];
