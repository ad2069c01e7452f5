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

func makeLocks(ctx context.Context, j *job, rows []row) (int, error) {
	client := redis.NewClient(&redis.Options{
		Addr: net.JoinHostPort(j.RedisHost, strconv.Itoa(j.RedisPort)),
		// Nothing but HELLO is said before the first command.
		Protocol:                 2,
		DisableIdentity:          true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})
	defer client.Close()
	made := 0
	for begin := 0; begin < len(rows); begin += chunkSize {
		n, err := makeChunk(ctx, client, j, rows[begin:min(begin+chunkSize, len(rows))])
		if err != nil {
			return made, err
		}
		made += n
	}
	return made, nil
}

// Sets the locks that are missing, and takes their life away; returns how many.
func makeChunk(ctx context.Context, client *redis.Client, j *job, rows []row) (int, error) {
	keys := make([]string, len(rows))
	claims := make([]*redis.BoolCmd, len(rows))
	pipeline := client.Pipeline()
	for i := range rows {
		made, err := lockOf(&rows[i], j)
		if err != nil {
			return 0, err
		}
		keys[i], claims[i] = made.key, pipeline.SetNX(ctx, made.key, made.value, safetyLife)
	}
	if _, err := pipeline.Exec(ctx); err != nil {
		return 0, err
	}
	commits := make([]*redis.BoolCmd, 0, len(rows))
	for i, key := range keys {
		if claims[i].Val() {
			commits = append(commits, pipeline.Persist(ctx, key))
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
