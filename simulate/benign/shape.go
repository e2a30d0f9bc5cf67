package benign

import "time"

// shapes weigh an hour of local time; the mean over a week is 1.
var shapes = map[string]func(time.Time) float64{
	"flat":           func(time.Time) float64 { return 1 },
	"business_hours": func(t time.Time) float64 { return businessHours[t.Hour()] * businessDays[t.Weekday()] / weekMean },
}

// businessHours rise from seven, dip at noon and fade after five; nights aren't
// empty: phones fetch mail.
var businessHours = [24]float64{
	.03, .02, .02, .02, .02, .05, .2, .6, 1.2, 1.5, 1.5, 1.4,
	.9, 1.2, 1.4, 1.3, 1.1, .7, .3, .2, .15, .12, .08, .05,
}

var businessDays = [7]float64{time.Sunday: .1, time.Monday: 1, time.Tuesday: 1, time.Wednesday: 1, time.Thursday: 1, time.Friday: .9, time.Saturday: .1}

var weekMean = func() float64 {
	var hours, days float64
	for _, h := range businessHours {
		hours += h
	}
	for _, d := range businessDays {
		days += d
	}
	return hours / 24 * days / 7
}()
