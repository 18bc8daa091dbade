/// What the kernel's words for the reasons of resets mean.
///
/// Linux 6.18, include/net/rstreason.h.
enum KernelReason {
  private static let sentences = [
    "NOT_SPECIFIED": "it does not say why",
    "NO_SOCKET": "no socket listens there, or knows the connection",
    "TCP_INVALID_ACK_SEQUENCE": "the handshake's last segment acknowledges what was not sent",
    "TCP_RFC7323_PAWS": "the segment's timestamp is older than one before",
    "TCP_TOO_OLD_ACK": "the segment acknowledges what is far in the past",
    "TCP_ACK_UNSENT_DATA": "the segment acknowledges what was not sent",
    "TCP_FLAGS": "the segment's flags do not fit the connection",
    "TCP_OLD_ACK": "the segment acknowledges what had been acknowledged",
    "TCP_ABORT_ON_DATA": "data came for a socket that was closed already",
    "TCP_TIMEWAIT_SOCKET": "the segment came for a connection in TIME-WAIT",
    "INVALID_SYN": "a SYN came in an established connection",
    "TCP_ABORT_ON_CLOSE": "the application closed with data unread",
    "TCP_ABORT_ON_LINGER": "the application aborted the connection",
    "TCP_ABORT_ON_MEMORY": "the host had no memory for more orphaned connections",
    "TCP_STATE": "the segment does not fit the connection's state",
    "TCP_KEEPALIVE_TIMEOUT": "its keep-alives were not answered",
    "TCP_DISCONNECT_WITH_DATA": "the application disconnected with data unsent",
    "ERROR": "an error on the way through its stack",
  ]

  /// What a word means; of words that are not known, that.
  static func sentence(for word: String) -> String {
    if let known = sentences[word] { return known }
    return word.hasPrefix("MPTCP_RST_") ? "Multipath TCP asked for it" : "a reason of its kernel"
  }
}
