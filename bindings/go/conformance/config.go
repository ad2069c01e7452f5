// From the C names of the vectors to Config.

package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"lockrec.invalid/lockrec"
)

// configFrom sets the fields by their C names: Config's are the same but for case and underscores.
func configFrom(fields map[string]json.RawMessage) (lockrec.Config, error) {
	var config lockrec.Config
	places := reflect.ValueOf(&config).Elem()
	for name, value := range fields {
		var err error
		if name == "rows" {
			config.Rows, err = rowsFrom(value)
		} else {
			place := places.FieldByNameFunc(func(field string) bool {
				return strings.EqualFold(field, strings.ReplaceAll(name, "_", ""))
			})
			if !place.IsValid() {
				return config, fmt.Errorf("the configuration has no field %s", name)
			}
			err = json.Unmarshal(value, place.Addr().Interface())
		}
		if err != nil {
			return config, fmt.Errorf("%s: %w", name, err)
		}
	}
	return config, nil
}

func rowsFrom(value json.RawMessage) ([]lockrec.Row, error) {
	var cells [][3]string // null leaves the empty text, which is an empty cell too
	if err := json.Unmarshal(value, &cells); err != nil {
		return nil, err
	}
	rows := make([]lockrec.Row, 0, len(cells))
	for _, row := range cells {
		rows = append(rows, lockrec.Row{Tag: row[0], OccupiedBy: row[1], OccupiedAt: row[2]})
	}
	return rows, nil
}
