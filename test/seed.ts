import fc from 'fast-check';

/**
 * Properties draw anew on every machine, but the same in CI: what lands is judged by the change and not by the draw. A counterexample that is
 * found elsewhere is printed with its seed and becomes a case; `LIANGHENG_SEED=n` repeats it.
 */
const given = process.env.LIANGHENG_SEED ?? (process.env.CI ? '20261122' : undefined);
if (given !== undefined) fc.configureGlobal({ seed: Number(given) });
