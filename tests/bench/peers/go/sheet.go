package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/google"
	"google.golang.org/api/option"
	"google.golang.org/api/sheets/v4"
)

var headers = [3]string{"TAG_SPOOL", "Ocupado_Por", "Fecha_Ocupacion"}

func readSheet(ctx context.Context, j *job) ([]row, error) {
	service, err := newService(ctx, j)
	if err != nil {
		return nil, err
	}
	first, err := service.Spreadsheets.Values.Get(j.SpreadsheetID, j.Worksheet+"!1:1").
		Fields("values").Context(ctx).Do()
	if err != nil {
		return nil, err
	}
	ranges, err := columnRanges(j.Worksheet, first.Values)
	if err != nil {
		return nil, err
	}
	// By columns: one list of cells each instead of a list for every cell.
	columns, err := service.Spreadsheets.Values.BatchGet(j.SpreadsheetID).Ranges(ranges...).
		MajorDimension("COLUMNS").Fields("valueRanges/values").Context(ctx).Do()
	if err != nil {
		return nil, err
	}
	return rowsOf(columns.ValueRanges), nil
}

// One transport for the token and the sheet, so that one connection serves both where they are of one server.
func newService(ctx context.Context, j *job) (*sheets.Service, error) {
	authorities, err := os.ReadFile(j.CAFile)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authorities)
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	key, err := os.ReadFile(j.CredentialsFile)
	if err != nil {
		return nil, err
	}
	config, err := google.JWTConfigFromJSON(key, sheets.SpreadsheetsReadonlyScope)
	if err != nil {
		return nil, err
	}
	ctx = context.WithValue(ctx, oauth2.HTTPClient, &http.Client{Transport: transport})
	return sheets.NewService(ctx, option.WithHTTPClient(config.Client(ctx)), option.WithEndpoint(j.SheetsEndpoint))
}

func columnRanges(worksheet string, values [][]any) ([]string, error) {
	letters := map[any]string{}
	if len(values) > 0 {
		for i, header := range values[0] {
			letters[header] = columnLetters(i)
		}
	}
	var ranges []string
	for _, header := range headers {
		column, ok := letters[header]
		if !ok {
			return nil, fmt.Errorf("no column %s", header)
		}
		ranges = append(ranges, worksheet+"!"+column+"2:"+column)
	}
	return ranges, nil
}

// 0 is A, 26 is AA.
func columnLetters(index int) string {
	letters := ""
	for ; index >= 0; index = index/26 - 1 {
		letters = string(rune('A'+index%26)) + letters
	}
	return letters
}

// A column ends with its last filled cell: a shorter one is padded with empty cells.
func rowsOf(columns []*sheets.ValueRange) []row {
	var rows []row
	for i, column := range columns {
		if len(column.Values) == 0 {
			continue
		}
		cells := column.Values[0]
		if len(rows) < len(cells) {
			rows = append(rows, make([]row, len(cells)-len(rows))...)
		}
		for k, cell := range cells {
			rows[k][i], _ = cell.(string)
		}
	}
	return rows
}
