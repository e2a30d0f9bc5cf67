// Command hotwash.
package main
