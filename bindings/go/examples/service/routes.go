// What the service answers.

package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
	"lockrec.invalid/lockrec"
)

type spool struct {
	Tag      string `json:"tag"`
	WorkerID *int64 `json:"worker_id"` // null: nobody works on it
}

func routes(locks *redis.Client, result lockrec.Result) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	mux.HandleFunc("/lockrec", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, result)
	})
	mux.HandleFunc("/spools/", func(w http.ResponseWriter, r *http.Request) {
		tag := strings.TrimPrefix(r.URL.Path, "/spools/")
		value, err := locks.Get(r.Context(), "spool_lock:"+tag).Result()
		switch {
		case errors.Is(err, redis.Nil):
			answer(w, http.StatusOK, spool{Tag: tag})
		case err != nil:
			answer(w, http.StatusServiceUnavailable, map[string]string{"error": "Redis: " + err.Error()})
		default:
			answer(w, http.StatusOK, spool{tag, workerOf(value)})
		}
	})
	return mux
}

// workerOf reads "93:{uuid}:{date}".
func workerOf(lock string) *int64 {
	id, _, _ := strings.Cut(lock, ":")
	number, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return nil
	}
	return &number
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		slog.Warn("could not answer", "error", err)
	}
}
