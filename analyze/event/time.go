package event

import "time"

// Basis says what a time's zone rests on.
type Basis uint8

// The bases of a time, DESIGN's ts_quality.
const (
	BasisNone         Basis = iota // no time
	BasisExplicit                  // an offset or Z in the record
	BasisZone                      // a zone given by the user
	BasisAssumedUTC                // the format is documented as UTC
	BasisYearInferred              // the year is not in the record
	BasisDSTAmbiguous              // local time that exists twice; the earlier is taken
	BasisEpoch                     // a number of seconds or fractions since 1970
)

var basisNames = [...]string{"none", "explicit", "zone", "assumed_utc", "year_inferred", "dst_ambiguous", "epoch"}

func (b Basis) String() string {
	if int(b) < len(basisNames) {
		return basisNames[b]
	}
	return "unknown"
}

// Precision is the smallest unit that the record states.
type Precision uint8

// The precisions of a time.
const (
	Day Precision = iota
	Hour
	Minute
	Second
	Milli
	Micro
	HundredNano
	Nano
)

var precisionNames = [...]string{"day", "hour", "minute", "second", "ms", "us", "100ns", "ns"}

func (p Precision) String() string {
	if int(p) < len(precisionNames) {
		return precisionNames[p]
	}
	return "unknown"
}

// Quality is what is known about a time, packed for storage: bits 0-3 basis,
// 4-7 precision, 8-17 nanoseconds beyond the microsecond (0-999).
type Quality int32

// NewQuality packs a quality.
func NewQuality(b Basis, p Precision, subNanos int) Quality {
	return Quality(int32(b) | int32(p)<<4 | int32(subNanos)<<8)
}

// Basis, Precision and SubNanos unpack a quality.
func (q Quality) Basis() Basis         { return Basis(q & 15) }
func (q Quality) Precision() Precision { return Precision(q >> 4 & 15) }
func (q Quality) SubNanos() int        { return int(q >> 8 & 1023) }

// Time is an instant in µs since 1970 UTC with its quality. The zero Time is
// undated: BasisNone.
type Time struct {
	Micros  int64
	Quality Quality
}

// Dated says whether there is a time at all.
func (t Time) Dated() bool { return t.Quality.Basis() != BasisNone }

// At makes a Time of an instant; sub-microsecond digits go into the quality.
func At(t time.Time, b Basis, p Precision) Time {
	return Time{Micros: t.UnixMicro(), Quality: NewQuality(b, p, t.Nanosecond()%1000)}
}

// String is the instant as RFC 3339 in UTC with the digits the precision has.
func (t Time) String() string {
	if !t.Dated() {
		return ""
	}
	at := time.UnixMicro(t.Micros).UTC().Add(time.Duration(t.Quality.SubNanos()))
	return at.Format(layouts[min(int(t.Quality.Precision()), len(layouts)-1)])
}

var layouts = [...]string{
	"2006-01-02T15:04:05Z", "2006-01-02T15:04:05Z", "2006-01-02T15:04:05Z", "2006-01-02T15:04:05Z",
	"2006-01-02T15:04:05.000Z", "2006-01-02T15:04:05.000000Z", "2006-01-02T15:04:05.0000000Z", "2006-01-02T15:04:05.000000000Z",
}
