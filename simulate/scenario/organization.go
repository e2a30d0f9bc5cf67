package scenario

import (
	"errors"
	"slices"
)

// OrganizationSchema is the only schema string of an organization file.
const OrganizationSchema = "organization/v1"

// Organization is the environment that all scenarios share.
type Organization struct {
	Schema      string      `yaml:"schema"`
	Environment Environment `yaml:"environment"`

	Text []byte `yaml:"-"`
}

// ParseOrganization reads and checks an organization file.
func ParseOrganization(file string, data []byte) (*Organization, error) {
	o := &Organization{Text: data}
	lines, err := decode(file, data, o)
	if err != nil {
		return nil, err
	}
	s := &Scenario{File: file, Environment: o.Environment, lines: lines}
	c := newChecker(s)
	if o.Schema != OrganizationSchema {
		c.fault("schema", "schema %q: want %s", o.Schema, OrganizationSchema)
	}
	c.environment(o.Environment)
	if err := errors.Join(c.faults...); err != nil {
		return nil, err
	}
	return o, nil
}

// with adds a scenario's own environment; the same id is the scenario's.
func (e Environment) with(own Environment) Environment {
	if own.Timezone != "" {
		e.Timezone = own.Timezone
	}
	if own.Staff != nil {
		e.Staff = own.Staff
	}
	e.Tenants = overlay(e.Tenants, own.Tenants, func(t Tenant) string { return t.ID })
	e.Users = overlay(e.Users, own.Users, func(u User) string { return u.ID })
	e.Assets = overlay(e.Assets, own.Assets, func(a Asset) string { return a.ID })
	return e
}

func overlay[T any](shared, own []T, id func(T) string) []T {
	out := slices.Clone(shared)
	for _, o := range own {
		at := slices.IndexFunc(out, func(t T) bool { return id(t) == id(o) })
		if at < 0 {
			out = append(out, o)
			continue
		}
		out[at] = o
	}
	return out
}
