import { parentPort } from 'node:worker_threads';
import 'undici';

parentPort.postMessage('loaded');
