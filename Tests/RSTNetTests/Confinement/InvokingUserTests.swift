import Testing

@testable import RSTNet

/// Who called sudo, as the environment says.
@Suite struct InvokingUserTests {
  private func user(_ variables: [String: String]) -> InvokingUser? {
    InvokingUser { variables[$0] }
  }

  @Test func `the two numbers that sudo leaves name a user and a group`() throws {
    let found = try #require(user(["SUDO_UID": "1000", "SUDO_GID": "100"]))
    #expect(found.user == 1000)
    #expect(found.group == 100)
    #expect(user(["SUDO_UID": "4294967294", "SUDO_GID": "0"])?.user == 4_294_967_294)
  }

  @Test(arguments: [
    [:], ["SUDO_UID": "1000"], ["SUDO_GID": "1000"],
    ["SUDO_UID": "0", "SUDO_GID": "0"], ["SUDO_UID": "0", "SUDO_GID": "1000"],
    ["SUDO_UID": "", "SUDO_GID": "1"], ["SUDO_UID": "+7", "SUDO_GID": "1"],
    ["SUDO_UID": "-1", "SUDO_GID": "1"], ["SUDO_UID": "7 ", "SUDO_GID": "1"],
    ["SUDO_UID": "4294967295", "SUDO_GID": "1"], ["SUDO_UID": "4294967296", "SUDO_GID": "1"],
    ["SUDO_UID": "7", "SUDO_GID": "4294967295"], ["SUDO_UID": "7", "SUDO_GID": "wheel"],
    ["SUDO_UID": "٧", "SUDO_GID": "1"],
  ])
  func `without sudo, from root, and with what is no number, there is none`(
    _ variables: [String: String]
  ) {
    #expect(user(variables) == nil)
  }
}
