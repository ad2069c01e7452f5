// Which shared library is at work.

package lockrec

/*
#include "bridge.h"
*/
import "C"

import (
	"fmt"
	"sync"
)

// Version is that of the shared library, "0.2.0".
func Version() string {
	return C.GoString(C.lockrec_version())
}

// A newer library knows every older layout. An older one would have to guess.
var checkLibrary = sync.OnceValue(func() error {
	loaded := uint32(C.lockrec_abi_version())
	if loaded >= C.LOCKREC_ABI_VERSION {
		return nil
	}
	return fmt.Errorf("liblockrec %s (ABI %d) was loaded, but this program was built with lockrec %s (ABI %d): "+
		"install that version or a newer one", Version(), loaded, C.LOCKREC_VERSION, C.LOCKREC_ABI_VERSION)
})
