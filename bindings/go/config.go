// What a caller may ask for.

package lockrec

import "log/slog"

// Config says where the rows come from, where the locks live and how long it may take. The zero value of a field means its
// documented default. Exactly one source must be given: SpreadsheetID, SourceFile or Rows. Durations are in milliseconds,
// as in every other host.
type Config struct {
	DeadlineMs int64 // the whole call; 0 = 10 s. A context's deadline counts too: the earlier one ends the call

	SpreadsheetID string // source 1: a Google spreadsheet
	SourceFile    string // source 2: a .csv file as Sheets exports it, or a .json file
	Rows          []Row  // source 3: rows that the program read itself; also when empty, as long as it is not nil

	Worksheet        string  // "" = "Operaciones"
	TagColumn        string  // "" = "TAG_SPOOL"
	OccupiedByColumn string  // "" = "Ocupado_Por"
	OccupiedAtColumn string  // "" = "Fecha_Ocupacion"
	FreeValue        *string // an owner cell that means nobody; nil = "DISPONIBLE"; see String
	TimeZone         string  // "" = the spreadsheet's; required for the other two sources

	CredentialsJSON string // a service account key, as text. At most one credential is given
	CredentialsFile string // the path of one
	AccessToken     string
	SheetsEndpoint  string // "" = Google's
	TokenEndpoint   string // "" = the key's
	CAFile          string // for the two endpoints; "" = the system's

	// redis://, rediss:// or unix:///path?db=0; several hosts with commas are tried in turn, Cluster is recognised by
	// itself. redis-sentinel://h1:26379,h2:26379/0#master asks sentinels; rediss-sentinel:// with TLS to both.
	RedisURL         string  // "" = "redis://127.0.0.1:6379/0"
	RedisUsername    string  // this and the next four win over the URL's
	RedisPassword    string  //
	RedisCAFile      string  //
	RedisCertFile    string  //
	RedisKeyFile     string  //
	SentinelUsername string  // the sentinels' own login; "" = none is sent to them
	SentinelPassword string  //
	KeyPrefix        *string // lock key = prefix + tag; nil = "spool_lock:"; see String

	MaxAgeMs     int64 // an older occupation is stale; 0 = 24 hours
	SafetyTTLMs  int64 // life of a lock that is claimed and not yet committed; 0 = 10 s
	FleetTTLMs   int64 // above 0: one process of a fleet reconciles within this time, the others wait for it; up to 24 hours
	WaitReplicas int64 // 0 to 100: a lock that fewer replicas have acknowledged is counted failed; 0 = off
	NowUnixMs    int64 // the instant that ages are judged against; 0 = the system clock
	RowsMax      int64 // 0 = 1,000,000
	BodyBytesMax int64 // 0 = 16 MiB

	DryRun    bool // look and report, write nothing
	NoConfirm bool // do not read the sheet again before locks are made permanent
	Env       bool // what is not given comes from the environment: GOOGLE_SHEET_ID, REDIS_URL ...

	// Logger is told what it is enabled for; nil = no log. Like OnRow it is called on the goroutine that called Reconcile,
	// never after it returned. The time that both take is added to the deadline. A panic in them ends the call and goes
	// on in Reconcile; runtime.Goexit, which testing's FailNow does, must not be called in them.
	Logger *slog.Logger
	// OnRow is told what became of every row that is not free, once, in row order.
	OnRow func(RowReport)
}

// Row is one row that the program read itself.
type Row struct {
	Tag        string
	OccupiedBy string // "MR(93)"
	OccupiedAt string // a date as text, or a plain number: a serial as Sheets counts
}

// RowReport says what became of one row.
type RowReport struct {
	RowNumber uint32 // the sheet's or the file's row; Config.Rows count from 1
	Tag       string
	Owner     string // the owner cell's text
	Outcome   Outcome
	Reason    Reason
}

// String makes a value for FreeValue and KeyPrefix, for which an empty text is not the same as none.
func String(text string) *string {
	return &text
}
