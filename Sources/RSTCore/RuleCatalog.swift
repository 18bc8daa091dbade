/// Every rule there is; order says nothing, precedence lives in `Conclusion`.
public enum RuleCatalog {
  /// The rules.
  public static let all: [any Rule] = [
    OpenPort(), ClosedPort(), HostFirewallReset(), NetworkFirewallReset(), FirewallICMPReject(),
    ICMPUnreachable(), SilentDrop(), AcceptQueueFull(), AcceptQueueOverflow(), StatefulFirewall(),
    StatelessFilter(), OddFlagsFiltered(), OddFlagsAccepted(), ChecksumBlindDevice(),
    ChecksumBlindHost(), SYNProxy(), SYNCookies(), AddressTranslation(), RateLimitedReset(),
    InjectedReset(), ConformanceSummary(code: .rfc5961Conformant),
    ConformanceSummary(code: .rfc5961Partial), ConformanceSummary(code: .rfc5961Vulnerable),
    OutOfWindowReset(), ChallengeRateLimited(), SecondSYN(), HalfOpenReset(), DesynchronisedReset(),
    ConntrackInvalidReset(), AbortiveClose(), ResetAfterFIN(), DataAfterClose(),
    TimeWaitReuse(.accepts), TimeWaitReuse(.resets), TimeWaitReuse(.acknowledges),
    TimeWaitReuse(.ignores), RetransmissionLimit(), KeepAliveReset(), OverflowReset(),
    OverflowSilence(),
    IdleSurvived(), IdleClose(), IdleReset(), IdleSilentDrop(), TriggeredBlock(),
    BlackholedAfterTrigger(), InjectorLocated(), InjectedData(), ResidualBlock(),
    OwnHostChangesProbes(),
  ]
}
