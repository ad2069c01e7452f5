package main

import (
	"context"
	"net"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

const safetyLife = 10 * time.Second

// Measured: from 500 to 5,000 nothing differs much, and above it memory grows.
const chunkSize = 2000

func makeLocks(ctx context.Context, j *job, locks []lock) (int, error) {
	client := redis.NewClient(&redis.Options{
		Addr:            net.JoinHostPort(j.RedisHost, strconv.Itoa(j.RedisPort)),
		Protocol:        2,
		DisableIdentity: true,
		MaintNotificationsConfig: &maintnotifications.Config{
			Mode: maintnotifications.ModeDisabled,
		},
	})
	defer client.Close()
	made := 0
	for begin := 0; begin < len(locks); begin += chunkSize {
		n, err := makeChunk(ctx, client, locks[begin:min(begin+chunkSize, len(locks))])
		if err != nil {
			return made, err
		}
		made += n
	}
	return made, nil
}

// Sets the locks that are missing, and takes their life away; returns how many.
func makeChunk(ctx context.Context, client *redis.Client, locks []lock) (int, error) {
	claims := make([]*redis.BoolCmd, len(locks))
	pipeline := client.Pipeline()
	for i := range locks {
		claims[i] = pipeline.SetNX(ctx, locks[i].key, locks[i].value, safetyLife)
	}
	if _, err := pipeline.Exec(ctx); err != nil {
		return 0, err
	}
	var commits []*redis.BoolCmd
	for i := range locks {
		if claims[i].Val() {
			commits = append(commits, pipeline.Persist(ctx, locks[i].key))
		}
	}
	if _, err := pipeline.Exec(ctx); err != nil {
		return 0, err
	}
	made := 0
	for _, commit := range commits {
		if commit.Val() {
			made++
		}
	}
	return made, nil
}
