// Every field of Config reaches the field of C that has its name.

package lockrec

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"unsafe"
)

// ownFields are set by the binding: flags, callbacks, the flag for cancelling, and what describes rows.
var ownFields = map[string]bool{"structsize": true, "flags": true, "rows": true, "rowcount": true, "rowsizebytes": true,
	"loglevel": true, "log": true, "loguser": true, "onrow": true, "onrowuser": true, "cancelflag": true}

func plain(name string) string {
	return strings.ToLower(strings.ReplaceAll(name, "_", ""))
}

func textAt(pointer unsafe.Pointer) string {
	length := 0
	for *(*byte)(unsafe.Add(pointer, length)) != 0 {
		length++
	}
	return string(unsafe.Slice((*byte)(pointer), length))
}

// filled has every text set to the field's name, and every number to its index.
func filled() (Config, map[string]any) {
	var config Config
	want := map[string]any{}
	value := reflect.ValueOf(&config).Elem()
	for i := 0; i < value.NumField(); i++ {
		name := value.Type().Field(i).Name
		switch field := value.Field(i); {
		case field.Kind() == reflect.String:
			field.SetString(name)
			want[plain(name)] = name
		case field.Type() == reflect.TypeOf(config.KeyPrefix):
			field.Set(reflect.ValueOf(String(name)))
			want[plain(name)] = name
		case field.Kind() == reflect.Int64:
			field.SetInt(int64(i + 1))
			want[plain(name)] = int64(i + 1)
		}
	}
	return config, want
}

func TestEveryFieldReachesItsNamesake(t *testing.T) {
	config, want := filled()
	running := &call{ctx: context.Background()}
	defer running.free()
	if _, err := running.lend(&config); err != nil {
		t.Fatal(err)
	}
	lent := reflect.ValueOf(&running.raw.config).Elem()
	for i := 0; i < lent.NumField(); i++ {
		name := plain(lent.Type().Field(i).Name)
		if ownFields[name] {
			continue
		}
		var got any
		switch field := lent.Field(i); {
		case field.Kind() == reflect.Pointer && !field.IsNil():
			got = textAt(field.UnsafePointer())
		case field.Kind() == reflect.Int64:
			got = field.Int()
		}
		if got == nil || got != want[name] {
			t.Errorf("%s: C has %v, Config has %v", name, got, want[name])
		}
		delete(want, name)
	}
	for name := range want {
		t.Errorf("C has no %s", name)
	}
	if running.lent.used != running.lent.length {
		t.Errorf("%d bytes of %d are used", running.lent.used, running.lent.length)
	}
}

func TestWhatIsNotGivenStaysZero(t *testing.T) {
	running := &call{ctx: context.Background()}
	defer running.free()
	if _, err := running.lend(&Config{}); err != nil {
		t.Fatal(err)
	}
	if !reflect.ValueOf(running.raw.config).IsZero() || running.lent.memory != nil {
		t.Errorf("got %+v", running.raw.config)
	}
}
