/** How a total was obtained; every figure says it. */
export type Basis = 'metered' | 'analysed' | 'derived' | 'estimated' | 'design' | 'difference' | 'unmeasured' | 'out-of-service';
