/**
 * Who may ask: anyone, whoever is signed in, or whoever has been granted this on the plant. Programs have what their token's scopes
 * say, people what their role says.
 */
export type Access = 'public' | 'signed-in' | Grant;
export const GRANTS = ['balances', 'values', 'sources', 'metrics', 'oversight', 'reports', 'configure', 'users'] as const;
export type Grant = (typeof GRANTS)[number];
