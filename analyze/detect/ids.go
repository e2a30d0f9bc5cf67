package detect

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// EventIDs are the ids of events. JSON has them as texts, because an id is
// larger than the integers that JSON readers keep exactly, and has the first
// 1,000 only: the query of a finding reads all.
type EventIDs []int64

const maxListed = 1000

// MarshalJSON writes the first ids as texts.
func (e EventIDs) MarshalJSON() ([]byte, error) {
	texts := make([]string, min(len(e), maxListed))
	for i := range texts {
		texts[i] = strconv.FormatInt(e[i], 10)
	}
	return json.Marshal(texts)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (e *EventIDs) UnmarshalJSON(data []byte) error {
	var texts []string
	if err := json.Unmarshal(data, &texts); err != nil {
		return fmt.Errorf("event ids: %w", err)
	}
	*e = make(EventIDs, len(texts))
	for i, t := range texts {
		id, err := strconv.ParseInt(t, 10, 64)
		if err != nil {
			return fmt.Errorf("event ids: %w", err)
		}
		(*e)[i] = id
	}
	return nil
}
