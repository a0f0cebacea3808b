#!/usr/bin/env node
import { holdLessMemory } from './malloc.ts';

holdLessMemory();
const { liangheng } = await import('./liangheng.ts');
process.exitCode = await liangheng(process.argv);
