import { httpWorkload } from 'threadmill';

export default ({ baseUrl }) =>
  httpWorkload({ name: 'stall', baseUrl, requests: [{ name: 'one', path: '/' }] });
