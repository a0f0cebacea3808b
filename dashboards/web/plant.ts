import { type Ref, ref } from 'vue';
import type { PlantDocument, StateDocument } from '../server/documents/plant.ts';

/** The plant that is shown; null before it is known. */
export const plant = ref<PlantDocument | null>(null) as Ref<PlantDocument | null>;
/** Whether what is shown is what is; null before the server has said. */
export const state = ref<StateDocument | null>(null) as Ref<StateDocument | null>;
/** How far the server's clock is ahead of this one's. */
export const aheadMs = ref(0);

/** Now, by the server's clock: ages must not depend on the clock of whoever looks. */
export const serverNow = (): number => Date.now() + aheadMs.value;
