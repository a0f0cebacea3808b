import { GRANTS, type Grant } from '../grants.ts';

export const ROLES = ['engineer', 'auditor', 'officer', 'administrator'] as const;
export type Role = (typeof ROLES)[number];

/** What each role may ask of the plants that it is granted. Administrators see every plant. */
const GRANTED: Readonly<Record<Role, readonly Grant[]>> = {
  engineer: ['balances', 'values', 'sources', 'metrics', 'oversight', 'reports', 'configure'],
  auditor: ['balances', 'values', 'sources', 'oversight', 'reports'],
  officer: ['balances', 'values', 'oversight', 'reports'],
  administrator: GRANTS,
};

export const grantsOf = (role: Role): readonly Grant[] => GRANTED[role];

/** What a program's token may be given: what is read. What changes the plant file or the users takes a person. */
export const SCOPES = ['balances', 'values', 'sources', 'metrics', 'oversight', 'reports'] as const satisfies readonly Grant[];
