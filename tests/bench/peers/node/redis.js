import { Redis } from 'ioredis';

const SAFETY_LIFE_MS = 10000;
const CHUNK_SIZE = +process.env.CHUNK;

export async function makeLocks(job, locks) {
  const redis = new Redis(job.redis_port, job.redis_host, { enableReadyCheck: false, disableClientInfo: true });
  let made = 0;
  for (let begin = 0; begin < locks.length; begin += CHUNK_SIZE) {
    made += await makeChunk(redis, locks.slice(begin, begin + CHUNK_SIZE));
  }
  redis.disconnect();
  return made;
}

/** The replies of a pipeline, or its first error. */
async function replies(pipeline) {
  return (await pipeline.exec()).map(([error, reply]) => {
    if (error) throw error;
    return reply;
  });
}

/** Sets the locks that are missing, and takes their life away; returns how many. */
async function makeChunk(redis, locks) {
  const claims = redis.pipeline();
  for (const { key, value } of locks) claims.set(key, value, 'PX', SAFETY_LIFE_MS, 'NX');
  const claimed = await replies(claims);
  const commits = redis.pipeline();
  locks.forEach(({ key }, i) => {
    if (claimed[i] === 'OK') commits.persist(key);
  });
  const committed = await replies(commits);
  return committed.filter((reply) => reply === 1).length;
}
