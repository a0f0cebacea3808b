import type { Adjacency } from './pattern.ts';

/**
 * An order of elimination that keeps L sparse: approximate minimum degree on the quotient graph.
 *
 * Eliminated vertices live on as elements, the cliques that they leave. A vertex's degree is bounded from above by the sizes of its
 * elements outside the newest one; vertices with the same neighbours are merged and leave together.
 *
 * @returns `rank[v]`, the place of vertex v.
 * @source P. Amestoy, T. Davis, I. Duff, An approximate minimum degree ordering algorithm, SIAM J. Matrix Anal. 17 (1996)
 */
export function minimumDegree(graph: Adjacency): Int32Array {
  const n = graph.size;
  const list = graph.neighbours.slice(); // of a vertex: its elements, then its vertices; only ever shrinks
  const start = graph.starts;
  const length = new Int32Array(n);
  const elements = new Int32Array(n); // how many of the list are elements
  const weight = new Int32Array(n).fill(1); // vertices merged here; 0: merged away or eliminated; < 0: in the newest element
  const degree = new Int32Array(n);
  const dead = new Uint8Array(n); // elements that were absorbed
  let pool = new Int32Array(Math.max(64, 2 * list.length)); // the vertices of each element
  let poolFree = 0;
  const elementStart = new Int32Array(n);
  const elementLength = new Int32Array(n);
  const outside = new Int32Array(n); // tag + |Le \ Lme|
  let tag = 1;
  const member = new Int32Array(n).fill(-1); // chain of merged vertices
  const memberEnd = new Int32Array(n);
  const head = new Int32Array(n + 1).fill(-1); // vertices by degree
  const after = new Int32Array(n).fill(-1);
  const before = new Int32Array(n).fill(-1);
  const bucket = new Int32Array(n + 1).fill(-1); // candidates for merging, by hash
  const inBucket = new Int32Array(n);
  const hashOf = new Int32Array(n);
  const seen = new Int32Array(n).fill(-1);
  let stamp = 0;
  const rank = new Int32Array(n);
  let placed = 0;
  let least = 0;

  const insert = (v: number, d: number) => {
    const first = head[d]!;
    after[v] = first;
    before[v] = -1;
    if (first !== -1) before[first] = v;
    head[d] = v;
  };
  const remove = (v: number) => {
    const previous = before[v]!;
    const following = after[v]!;
    if (previous !== -1) after[previous] = following;
    else head[degree[v]!] = following;
    if (following !== -1) before[following] = previous;
  };
  for (let v = 0; v < n; v++) {
    memberEnd[v] = v;
    length[v] = start[v + 1]! - start[v]!;
    degree[v] = length[v]!;
    insert(v, degree[v]!);
  }

  while (placed < n) {
    while (head[least] === -1) least++;
    const me = head[least]!;
    remove(me);

    // the new element: everything adjacent to me, through edges and through elements
    let pivotWeight = weight[me]!;
    weight[me] = 0;
    if (poolFree + n > pool.length) pool = grown(pool, poolFree + n);
    const begin = poolFree;
    let size = 0;
    const meStart = start[me]!;
    const firstVertexOfMe = meStart + elements[me]!;
    for (let p = meStart, last = meStart + length[me]!; p < last; p++) {
      // either one vertex, or all of an element, which the new one absorbs
      let source = list;
      let q = p;
      let stop = p + 1;
      if (p < firstVertexOfMe) {
        const e = list[p]!;
        if (dead[e]) continue;
        dead[e] = 1;
        source = pool;
        q = elementStart[e]!;
        stop = q + elementLength[e]!;
      }
      for (; q < stop; q++) {
        const v = source[q]!;
        const w = weight[v]!;
        if (w <= 0) continue;
        size += w;
        weight[v] = -w;
        pool[poolFree++] = v;
        remove(v);
      }
    }
    let end = poolFree;

    // |Le \ Lme| of every element that touches it
    for (let p = begin; p < end; p++) {
      const i = pool[p]!;
      const w = -weight[i]!;
      for (let q = start[i]!, stop = q + elements[i]!; q < stop; q++) {
        const e = list[q]!;
        if (dead[e]) continue;
        if (outside[e]! < tag) outside[e] = tag + degree[e]!;
        outside[e]! -= w;
      }
    }

    // every vertex of the element: its list without what the element covers, its degree bounded anew
    for (let p = begin; p < end; p++) {
      const i = pool[p]!;
      const from = start[i]!;
      let write = from;
      let external = 0;
      let hash = me;
      for (let q = from, stop = from + elements[i]!; q < stop; q++) {
        const e = list[q]!;
        if (dead[e]) continue;
        const rest = outside[e]! - tag;
        if (rest === 0) {
          dead[e] = 1; // wholly inside the new element
          continue;
        }
        external += rest;
        hash += e;
        list[write++] = e;
      }
      const stop = from + length[i]!;
      const firstVertex = write;
      for (let q = from + elements[i]!; q < stop; q++) {
        const j = list[q]!;
        const w = weight[j]!;
        if (w <= 0) continue;
        external += w;
        hash += j;
        list[write++] = j;
      }
      if (external === 0) {
        // nothing but the element: i leaves together with me
        const w = -weight[i]!;
        pivotWeight += w;
        size -= w;
        weight[i] = 0;
        join(me, i);
        continue;
      }
      if (external < degree[i]!) degree[i] = external;
      if (write > firstVertex) list[write] = list[firstVertex]!;
      list[firstVertex] = me;
      elements[i] = firstVertex - from + 1;
      length[i] = write - from + 1;
      const h = (hash >>> 0) % n;
      hashOf[i] = h;
      inBucket[i] = bucket[h]!;
      bucket[h] = i;
    }
    tag += n + 1;

    // merge vertices that have become indistinguishable
    for (let p = begin; p < end; p++) {
      const i0 = pool[p]!;
      if (weight[i0]! >= 0) continue;
      let i = bucket[hashOf[i0]!]!;
      bucket[hashOf[i0]!] = -1;
      for (; i !== -1 && inBucket[i] !== -1; i = inBucket[i]!) {
        stamp++;
        for (let q = start[i]!, stop = q + length[i]!; q < stop; q++) seen[list[q]!] = stamp;
        let last = i;
        for (let j = inBucket[i]!; j !== -1; ) {
          let same = length[j] === length[i] && elements[j] === elements[i];
          for (let q = start[j]!, stop = q + length[j]!; same && q < stop; q++) same = seen[list[q]!] === stamp;
          if (same) {
            weight[i]! += weight[j]!;
            weight[j] = 0;
            join(i, j);
            inBucket[last] = inBucket[j]!;
          } else last = j;
          j = inBucket[j]!;
        }
      }
    }

    // back into the lists by degree, and the element without those that left
    let kept = begin;
    for (let p = begin; p < end; p++) {
      const i = pool[p]!;
      const w = -weight[i]!;
      if (w <= 0) continue;
      weight[i] = w;
      const bound = Math.min(degree[i]! + size - w, n - placed - pivotWeight - w);
      degree[i] = Math.max(bound, 0);
      insert(i, degree[i]!);
      if (degree[i]! < least) least = degree[i]!;
      pool[kept++] = i;
    }
    end = kept;
    poolFree = end;
    elementStart[me] = begin;
    elementLength[me] = end - begin;
    degree[me] = size;
    if (end === begin) dead[me] = 1;
    for (let v = me; v !== -1; v = member[v]!) rank[v] = placed++;
  }
  return rank;

  function join(into: number, v: number): void {
    member[memberEnd[into]!] = v;
    memberEnd[into] = memberEnd[v]!;
  }
}

function grown(pool: Int32Array<ArrayBuffer>, needed: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(needed, 2 * pool.length));
  larger.set(pool);
  return larger;
}
