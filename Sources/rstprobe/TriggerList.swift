internal import ArgumentParser
internal import RSTCore
internal import RSTNet

/// The triggers of a command line: `--http-host`, `--sni` and `--payload`, in this order.
struct TriggerList: Hashable, Sendable {
  /// What is sent; what is given twice is sent once.
  var triggers: [Trigger] = []

  /// How many may be tried in one run: each takes some 40 connections.
  private static let most = 8

  /// Keeps a hello's random numbers from being those that something else draws from the same seed.
  private static let salt: UInt64 = 0x636c_6965_6e74_6865

  /// Checks the names and reads the files.
  ///
  /// - Parameters:
  ///   - command: The command line.
  ///   - seed: The run's seed, which repeats the random numbers too.
  /// - Throws: `ValidationError` with one line that says what is wrong.
  init(_ command: RSTProbe, seed: UInt64) throws {
    var random = SplitMix(seed: seed ^ Self.salt)
    for text in command.httpHost {
      let host = try Self.host(text, option: "--http-host", permitsAddress: true)
      add(.httpHost(host.text))
    }
    for text in command.sni {
      let host = try Self.host(text, option: "--sni", permitsAddress: false)
      add(.sni(host.text, using: &random))
    }
    for path in command.payload {
      do throws(InputFileError) {
        add(.payload(try InputFile.read(path), name: path))
      } catch {
        throw ValidationError("--payload '\(path)' \(error)")
      }
    }
    guard triggers.count <= Self.most else {
      throw ValidationError(
        "\(triggers.count) triggers are too many for one run; give \(Self.most) at most")
    }
  }

  private mutating func add(_ trigger: Trigger) {
    let isKnown = triggers.contains { $0.kind == trigger.kind && $0.name == trigger.name }
    if !isKnown { triggers.append(trigger) }
  }

  private static func host(
    _ text: String, option: String, permitsAddress: Bool
  ) throws -> HostName {
    do throws(HostNameError) {
      return try HostName(text, permitsAddress: permitsAddress)
    } catch {
      throw ValidationError("\(option) '\(text)' \(error)")
    }
  }
}
