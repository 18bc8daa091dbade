internal import CLinux
internal import RSTCore
internal import RSTWire

/// Sends a sweep's packets in batches: patched copies of what libnet built, through one raw socket.
struct SweepSender: ~Copyable {
  private let socket: Descriptor
  private let family: Int32
  private let templates: SweepTemplates
  private let ports: [UInt16]
  private var octets: [UInt8]
  private var lengths: [UInt16]
  private var packets: [SweepPacket] = []

  /// Room for one packet: an IPv6 header and a TCP header with all its options.
  private static let stride = 128
  /// How many packets go out with one system call.
  static let batch = Int(rst_batch_limit)

  /// What became of a batch.
  enum Outcome {
    /// All of it is on its way, except what was refused, with the reason of the last refusal.
    case sent(refused: [SweepPacket], SystemFailure?)
    /// The kernel has no room at the moment; what is left stays in the batch.
    case busy
    /// The interface or its network is gone.
    case down(SystemFailure)
  }

  /// Opens the socket, bound to the interface and the address of a route.
  ///
  /// - Parameters:
  ///   - route: A way to the targets.
  ///   - ports: The guarded ports.
  ///   - timestamp: The first number of the timestamps option.
  /// - Throws: `InjectionError`.
  init(route: Route, ports: [UInt16], timestamp: UInt32) throws(InjectionError) {
    let templates = try SweepTemplates(source: route.source, timestamp: timestamp)
    let socket: Descriptor
    do throws(SystemFailure) {
      socket = try Descriptor.socket(
        route.source.socketFamily, Int32(SOCK_RAW.rawValue), rst_protocol_raw)
    } catch {
      throw InjectionError(code: error.number, text: "\(error)", activity: "opening a raw socket")
    }
    let name = route.interface.name
    if !route.isLocal,
      unsafe setsockopt(
        socket.number, SOL_SOCKET, SO_BINDTODEVICE, name, socklen_t(name.utf8.count)) != 0
    {
      let failure = SystemFailure.last
      throw InjectionError(
        code: failure.number, text: "\(failure)", activity: "binding to \(name)")
    }
    // Room for a whole batch, so that a slow link makes us wait instead of losing any of it.
    var size = Int32(4 << 20)
    _ = unsafe setsockopt(
      socket.number, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    self.socket = socket
    self.templates = templates
    self.ports = ports
    family = route.source.socketFamily
    octets = [UInt8](repeating: 0, count: Self.stride * Self.batch)
    lengths = [UInt16](repeating: 0, count: Self.batch)
    packets.reserveCapacity(Self.batch)
  }

  /// Whether no more packets fit into the batch.
  var isFull: Bool { packets.count == Self.batch }
  /// Whether nothing waits.
  var isEmpty: Bool { packets.isEmpty }

  /// Puts a packet into the batch.
  mutating func add(_ packet: SweepPacket) {
    let template = packet.isReset ? templates.reset : templates.syn
    template.write(packet, ports: ports, to: &octets, at: packets.count * Self.stride)
    lengths[packets.count] = UInt16(template.octets.count)
    packets.append(packet)
  }

  /// Sends the batch.
  mutating func flush() -> Outcome {
    var refused: [SweepPacket] = []
    var reason: SystemFailure?
    var first = 0
    while first < packets.count {
      let count = unsafe octets.withUnsafeBufferPointer { octets in
        unsafe lengths.withUnsafeBufferPointer { lengths in
          guard let octets = octets.baseAddress, let lengths = lengths.baseAddress else {
            return Int32(0)
          }
          return unsafe rst_send_datagrams(
            socket.number, family, octets + first * Self.stride, Self.stride, lengths + first,
            UInt32(packets.count - first))
        }
      }
      if count > 0 {
        first += Int(count)
        continue
      }
      let failure = SystemFailure.last
      switch failure.number {
      case EINTR:
        continue
      case ENOBUFS, EAGAIN, ENOMEM:
        keep(from: first)
        return .busy
      case ENETDOWN, ENODEV, ENXIO:
        keep(from: first)
        return .down(failure)
      default:
        refused.append(packets[first])
        reason = failure
        first += 1
      }
    }
    packets.removeAll(keepingCapacity: true)
    return .sent(refused: refused, reason)
  }

  /// Moves what was not sent to the front of the batch.
  private mutating func keep(from first: Int) {
    guard first > 0 else { return }
    let rest = Array(packets[first...])
    packets.removeAll(keepingCapacity: true)
    for packet in rest { add(packet) }
  }
}
