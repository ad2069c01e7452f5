#!/usr/bin/env bash
# Sourced with BUILD_DIR as its argument: a Go in PATH, and the library of that build where pkg-config finds it.
build=$(cd "$1" && pwd)
module=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
go=$("$module/tests/toolchain")
stage=$build/go-stage
(
  flock 9 # tests run side by side
  cmake --install "$build" --prefix "$stage" >"$stage.log" 2>&1 || {
    cat "$stage.log" >&2
    exit 1
  }
) 9>"$stage.lock"
pkgconfig=$(dirname "$(find "$stage" -name lockrec.pc -print -quit)")
PATH=$(dirname "$go"):$PATH
export PATH
export PKG_CONFIG_PATH="$pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
export LD_LIBRARY_PATH="$build${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export CGO_ENABLED=1 GOTOOLCHAIN=local GOFLAGS="-buildvcs=false -mod=readonly" GOWORK=off
unset GOEXPERIMENT
