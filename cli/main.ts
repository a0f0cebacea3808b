#!/usr/bin/env node
import { liangheng } from './liangheng.ts';

process.exitCode = await liangheng(process.argv);
