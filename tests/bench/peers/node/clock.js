import { readFileSync, writeFileSync } from 'node:fs';

const NS_PER_SECOND = 1e9;
const US_PER_SECOND = 1e6;

function statusKib(name) {
  const line = readFileSync('/proc/self/status', 'utf8').match(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm'));
  return Number(line[1]);
}

export function startClock() {
  // What loading and reading the job left behind is not the work's: neither to be collected nor to be used again.
  globalThis.gc();
  writeFileSync('/proc/self/clear_refs', '5'); // VmHWM starts again from VmRSS
  const memoryKib = statusKib('VmRSS');
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  const seconds = () => Number(process.hrtime.bigint() - start) / NS_PER_SECOND;
  return {
    seconds,
    stop() {
      const whole = seconds();
      const { user, system } = process.cpuUsage(cpu);
      const peakKib = statusKib('VmHWM') - memoryKib;
      return { seconds: whole, cpu_seconds: (user + system) / US_PER_SECOND, peak_kib: peakKib };
    },
  };
}
