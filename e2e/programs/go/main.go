// The same shop in Go with sentry-go: go run . STORY
package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/getsentry/sentry-go"
)

type PaymentError struct {
	Order string
	Cause error
}

func (e *PaymentError) Error() string { return "card declined for order " + e.Order }
func (e *PaymentError) Unwrap() error { return e.Cause }

func charge(order string) error {
	refused := errors.New("connect: connection refused")
	return &PaymentError{Order: order, Cause: fmt.Errorf("provider: %w", refused)}
}

func main() {
	err := sentry.Init(sentry.ClientOptions{
		Dsn:              os.Getenv("SENTRY_DSN"),
		Release:          "shop@1.4.0",
		Environment:      "production",
		ServerName:       "web-1",
		AttachStacktrace: true,
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer sentry.Flush(5 * time.Second)

	switch os.Args[1] {
	case "error":
		sentry.ConfigureScope(func(scope *sentry.Scope) {
			scope.SetUser(sentry.User{ID: "42", Email: "ann@example.com"})
			scope.SetTag("region", "eu")
		})
		sentry.AddBreadcrumb(&sentry.Breadcrumb{Category: "cart", Message: "checkout pressed", Level: sentry.LevelInfo})
		sentry.CaptureException(charge("A-17"))
	case "message":
		sentry.CaptureMessage("Stock of SKU-7 is low")
	case "panic":
		func() {
			defer sentry.Recover()
			var cart map[string]int
			cart["SKU-7"] = 1
		}()
	case "check-in":
		monitor := &sentry.MonitorConfig{Schedule: sentry.CrontabSchedule("0 3 * * *"), MaxRuntime: 30}
		id := sentry.CaptureCheckIn(&sentry.CheckIn{MonitorSlug: "nightly-invoices", Status: sentry.CheckInStatusInProgress}, monitor)
		sentry.CaptureCheckIn(&sentry.CheckIn{ID: *id, MonitorSlug: "nightly-invoices", Status: sentry.CheckInStatusOK, Duration: time.Second / 4}, monitor)
	}
}
