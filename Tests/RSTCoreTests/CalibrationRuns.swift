/// Runs of the lab's soak as Scripts/calibrate wrote them: half, number of equal runs, scenario,
/// and each claim with the sum of its evidence and whether it is true.
enum CalibrationRuns {
  static let lines = """
    check 60 accept-queue-full accept-queue-full:11.6:t silent-drop:10:f
    check 56 accept-queue-overflow accept-queue-overflow-reset:5.5:t open-port:2:t
    check 4 accept-queue-overflow open-port:8:t
    fit 2 closed closed-port:8:t host-firewall-reset:-3:f network-firewall-reset:-3.8:f
    fit 30 closed closed-port:11:t host-firewall-reset:-7:f network-firewall-reset:-6.8:f
    fit 28 closed closed-port:12:t host-firewall-reset:-8:f network-firewall-reset:-7.8:f
    check 1 closed-default-drop closed-port:7.5:t host-firewall-reset:-3.5:f network-firewall-reset:-3.8:f
    check 30 closed-default-drop closed-port:10.5:t host-firewall-reset:-7.5:f network-firewall-reset:-6.8:f
    check 29 closed-default-drop closed-port:11.5:t host-firewall-reset:-8.5:f network-firewall-reset:-7.8:f
    check 1 closed-limited closed-port:5:t host-firewall-reset:-0.5:f network-firewall-reset:-1.8:f
    check 1 closed-limited closed-port:7.5:t host-firewall-reset:-3.5:f network-firewall-reset:-3.8:f
    check 28 closed-limited closed-port:8:t host-firewall-reset:-3:f network-firewall-reset:-3.8:f
    check 3 closed-limited closed-port:10.5:t host-firewall-reset:-7.5:f network-firewall-reset:-6.8:f
    check 27 closed-limited closed-port:11:t host-firewall-reset:-7:f network-firewall-reset:-6.8:f
    fit 2 closed-no-echo closed-port:8:t host-firewall-reset:-3:f network-firewall-reset:-3.8:f
    fit 2 closed-no-echo closed-port:10.5:t host-firewall-reset:-7.5:f network-firewall-reset:-6.8:f
    fit 28 closed-no-echo closed-port:11:t host-firewall-reset:-7:f network-firewall-reset:-6.8:f
    fit 1 closed-no-echo closed-port:11.5:t host-firewall-reset:-8.5:f network-firewall-reset:-7.8:f
    fit 27 closed-no-echo closed-port:12:t host-firewall-reset:-8:f network-firewall-reset:-7.8:f
    check 60 dnat-alike-open open-port:8:t
    check 2 dnat-closed closed-port:8:t host-firewall-reset:-3:f network-firewall-reset:-3.8:f synack-address-translation:3:t
    check 29 dnat-closed closed-port:11:t host-firewall-reset:-7:f network-firewall-reset:-6.8:f synack-address-translation:3:t
    check 1 dnat-closed closed-port:11:t host-firewall-reset:-7:f network-firewall-reset:-6.8:f synack-address-translation:7.5:t
    check 28 dnat-closed closed-port:12:t host-firewall-reset:-8:f network-firewall-reset:-7.8:f synack-address-translation:3:t
    fit 4 dnat-open open-port:8:t
    fit 56 dnat-open open-port:8:t synack-address-translation:3:t
    check 1 dscp-clear-closed closed-port:5.5:t host-firewall-reset:-1.5:f network-firewall-reset:-2.8:f
    check 3 dscp-clear-closed closed-port:6:t host-firewall-reset:-1:f network-firewall-reset:-2.8:f
    check 28 dscp-clear-closed closed-port:6.5:t host-firewall-reset:-2.5:f network-firewall-reset:-3.8:f
    check 2 dscp-clear-closed closed-port:7:t host-firewall-reset:-2:f network-firewall-reset:-3.8:f
    check 26 dscp-clear-closed closed-port:7.5:t host-firewall-reset:-2.5:f network-firewall-reset:-4.3:f
    check 1 dscp-clear-host-reject closed-port:-8.5:f host-firewall-reset:11.5:t network-firewall-reset:9.2:f
    check 26 dscp-clear-host-reject closed-port:-8:f host-firewall-reset:12:t network-firewall-reset:9.2:f
    check 28 dscp-clear-host-reject closed-port:-7.5:f host-firewall-reset:10.5:t network-firewall-reset:8.2:f
    check 1 dscp-clear-host-reject closed-port:-7:f host-firewall-reset:11:t network-firewall-reset:8.2:f
    check 3 dscp-clear-host-reject closed-port:-2:f host-firewall-reset:7:t network-firewall-reset:4.2:f
    check 1 dscp-clear-host-reject closed-port:-1.5:f host-firewall-reset:5.5:t network-firewall-reset:3.2:f
    check 60 dscp-clear-open open-port:8:t
    fit 30 dscp-clear-router-reject closed-port:-13.5:f host-firewall-reset:4.5:f network-firewall-reset:14.5:t
    fit 26 dscp-clear-router-reject closed-port:-13:f host-firewall-reset:3:f network-firewall-reset:13.5:t
    fit 2 dscp-clear-router-reject closed-port:-12.5:f host-firewall-reset:3.5:f network-firewall-reset:13.5:t
    fit 2 dscp-clear-router-reject closed-port:-7:f host-firewall-reset:-2:f network-firewall-reset:8.5:t
    fit 3 dscp-constant-closed closed-port:6:t host-firewall-reset:-1:f network-firewall-reset:-2.8:f
    fit 28 dscp-constant-closed closed-port:6.5:t host-firewall-reset:-2.5:f network-firewall-reset:-3.8:f
    fit 1 dscp-constant-closed closed-port:7:t host-firewall-reset:-2:f network-firewall-reset:-3.8:f
    fit 27 dscp-constant-closed closed-port:7.5:t host-firewall-reset:-2.5:f network-firewall-reset:-4.3:f
    fit 1 dscp-constant-closed closed-port:8:t host-firewall-reset:-4:f network-firewall-reset:-5.3:f
    check 28 dscp-constant-host-reject closed-port:-8:f host-firewall-reset:12:t network-firewall-reset:9.2:f
    check 27 dscp-constant-host-reject closed-port:-7.5:f host-firewall-reset:10.5:t network-firewall-reset:8.2:f
    check 3 dscp-constant-host-reject closed-port:-7:f host-firewall-reset:11:t network-firewall-reset:8.2:f
    check 2 dscp-constant-host-reject closed-port:-2:f host-firewall-reset:7:t network-firewall-reset:4.2:f
    fit 60 dscp-constant-open open-port:8:t
    fit 28 dscp-constant-router-reject closed-port:-13.5:f host-firewall-reset:4.5:f network-firewall-reset:14.5:t
    fit 28 dscp-constant-router-reject closed-port:-13:f host-firewall-reset:3:f network-firewall-reset:13.5:t
    fit 1 dscp-constant-router-reject closed-port:-12.5:f host-firewall-reset:3.5:f network-firewall-reset:13.5:t
    fit 2 dscp-constant-router-reject closed-port:-7.5:f host-firewall-reset:-0.5:f network-firewall-reset:9.5:t
    fit 1 dscp-constant-router-reject closed-port:-7:f host-firewall-reset:-2:f network-firewall-reset:8.5:t
    fit 30 host-default-deny closed-port:-8:f host-firewall-reset:11:t network-firewall-reset:8.2:f
    fit 1 host-default-deny closed-port:-3.2:f host-firewall-reset:8.2:t network-firewall-reset:5.9:f
    fit 28 host-default-deny closed-port:-3:f host-firewall-reset:7:t network-firewall-reset:4.2:f
    fit 1 host-default-deny closed-port:-2.7:f host-firewall-reset:8.7:t network-firewall-reset:5.9:f
    fit 4 host-default-deny-no-echo closed-port:-8.5:f host-firewall-reset:10.5:t network-firewall-reset:8.2:f
    fit 25 host-default-deny-no-echo closed-port:-8:f host-firewall-reset:11:t network-firewall-reset:8.2:f
    fit 30 host-default-deny-no-echo closed-port:-3:f host-firewall-reset:7:t network-firewall-reset:4.2:f
    fit 1 host-default-deny-no-echo closed-port:1:f host-firewall-reset:1:t network-firewall-reset:1:f
    fit 30 host-default-deny-stateful closed-port:-8:f host-firewall-reset:11:t network-firewall-reset:8.2:f
    fit 1 host-default-deny-stateful closed-port:-3.5:f host-firewall-reset:6.5:t network-firewall-reset:4.2:f
    fit 29 host-default-deny-stateful closed-port:-3:f host-firewall-reset:7:t network-firewall-reset:4.2:f
    fit 60 host-default-drop silent-drop:10:t
    check 60 host-drop silent-drop:10:t
    check 60 host-drop-all silent-drop:9:t
    check 60 host-drop-listener silent-drop:10:t
    check 60 host-icmp-port-unreachable firewall-icmp-reject:6.5:t
    check 60 host-icmp-prohibited firewall-icmp-reject:7:t
    fit 1 host-reject closed-port:-14.5:f host-firewall-reset:15.5:t network-firewall-reset:13.2:f
    fit 27 host-reject closed-port:-14:f host-firewall-reset:16:t network-firewall-reset:13.2:f
    fit 29 host-reject closed-port:-13:f host-firewall-reset:15:t network-firewall-reset:12.2:f
    fit 2 host-reject closed-port:-8:f host-firewall-reset:11:t network-firewall-reset:8.2:f
    fit 1 host-reject closed-port:-7:f host-firewall-reset:10:t network-firewall-reset:7.2:f
    check 29 host-reject-iptables closed-port:-14:f host-firewall-reset:16:t network-firewall-reset:13.2:f
    check 1 host-reject-iptables closed-port:-13.5:f host-firewall-reset:14.5:t network-firewall-reset:12.2:f
    check 26 host-reject-iptables closed-port:-13:f host-firewall-reset:15:t network-firewall-reset:12.2:f
    check 1 host-reject-iptables closed-port:-8:f host-firewall-reset:11:t network-firewall-reset:8.2:f
    check 3 host-reject-iptables closed-port:-7:f host-firewall-reset:10:t network-firewall-reset:7.2:f
    check 25 host-reject-listener closed-port:-14:f host-firewall-reset:16:t network-firewall-reset:13.2:f
    check 29 host-reject-listener closed-port:-13:f host-firewall-reset:15:t network-firewall-reset:12.2:f
    check 5 host-reject-listener closed-port:-8:f host-firewall-reset:11:t network-firewall-reset:8.2:f
    check 1 host-reject-listener closed-port:-7:f host-firewall-reset:10:t network-firewall-reset:7.2:f
    check 26 host-reject-syn closed-port:-14:f host-firewall-reset:16:t network-firewall-reset:13.2:f
    check 1 host-reject-syn closed-port:-13.5:f host-firewall-reset:14.5:t network-firewall-reset:12.2:f
    check 28 host-reject-syn closed-port:-13:f host-firewall-reset:15:t network-firewall-reset:12.2:f
    check 4 host-reject-syn closed-port:-8:f host-firewall-reset:11:t network-firewall-reset:8.2:f
    check 1 host-reject-syn closed-port:-7:f host-firewall-reset:10:t network-firewall-reset:7.2:f
    check 1 host-stateful-closed closed-port:8:t host-firewall-reset:-3:f network-firewall-reset:-3.8:f odd-flags-filtered:10:t stateful-firewall:9.5:t
    check 1 host-stateful-closed closed-port:10.5:t host-firewall-reset:-7.5:f network-firewall-reset:-6.8:f odd-flags-filtered:10:t stateful-firewall:9.5:t
    check 29 host-stateful-closed closed-port:11:t host-firewall-reset:-7:f network-firewall-reset:-6.8:f odd-flags-filtered:10:t stateful-firewall:9.5:t
    check 29 host-stateful-closed closed-port:12:t host-firewall-reset:-8:f network-firewall-reset:-7.8:f odd-flags-filtered:10:t stateful-firewall:9.5:t
    fit 60 host-stateful-invalid odd-flags-filtered:10:t open-port:8:t stateful-firewall:3.5:t
    check 60 host-stateful-open odd-flags-filtered:10:t open-port:8:t stateful-firewall:9.5:t
    fit 60 host-stateless accept-queue-full:2.5:f silent-drop:12:t stateless-filter:6:t
    fit 1 host-stateless-listener accept-queue-full:8.6:f silent-drop:10:t
    fit 59 host-stateless-listener accept-queue-full:11.6:f silent-drop:10:t
    fit 1 host-synproxy odd-flags-filtered:10:t open-port:4.5:t stateful-firewall:9.5:t syn-proxy:2:t
    fit 51 host-synproxy odd-flags-filtered:10:t open-port:8:t stateful-firewall:9.5:t syn-cookies:7:t syn-proxy:3:t
    fit 8 host-synproxy odd-flags-filtered:10:t open-port:8:t stateful-firewall:9.5:t syn-proxy:3:t
    fit 60 inject-router1 injected-reset:7:t open-port:8:t
    fit 2 inject-router1-copies injected-reset:7:t open-port:8:t
    fit 58 inject-router1-copies injected-reset:7.5:t open-port:8:t
    check 59 inject-router1-late injected-reset:7:t open-port:8:t
    check 1 inject-router1-late injected-reset:7.5:t open-port:8:t
    check 59 inject-router1-mimic injected-reset:6:t open-port:8:t
    check 1 inject-router1-mimic injected-reset:6.5:t open-port:8:t
    check 60 inject-router1-slow open-port:8:t
    fit 59 inject-router1-ttl injected-reset:7:t open-port:8:t
    fit 1 inject-router1-ttl injected-reset:7.5:t open-port:8:t
    fit 59 inject-router2 injected-reset:7:t open-port:8:t
    fit 1 inject-router2 injected-reset:7.5:t open-port:8:t
    fit 44 inject-router2-bare accept-queue-overflow-reset:-12:f injected-reset:8:t open-port:8:t
    fit 3 inject-router2-bare accept-queue-overflow-reset:-8:f injected-reset:8:t open-port:8:t
    fit 13 inject-router2-bare injected-reset:8:t open-port:8:t
    check 58 inject-router2-late injected-reset:6:t open-port:8:t
    check 2 inject-router2-late injected-reset:6.5:t open-port:8:t
    fit 60 inject-router2-mimic injected-reset:6:t open-port:8:t
    fit 30 loopback-closed closed-port:11:t host-firewall-reset:-7:f network-firewall-reset:-6.8:f
    fit 30 loopback-closed closed-port:12:t host-firewall-reset:-8:f network-firewall-reset:-7.8:f
    check 60 loopback-open open-port:8:t
    fit 56 lwip-closed closed-port:5.5:t host-firewall-reset:1:f network-firewall-reset:-1.3:f
    fit 4 lwip-closed closed-port:6:t host-firewall-reset:1.5:f network-firewall-reset:-1.3:f
    check 59 lwip-open odd-flags-accepted:4:t open-port:8:t
    check 1 lwip-open open-port:8:t
    fit 27 lwip-router-reject closed-port:-8.7:f host-firewall-reset:0.7:f network-firewall-reset:11.2:t
    fit 3 lwip-router-reject closed-port:-6.7:f host-firewall-reset:-1.3:f network-firewall-reset:9.2:t
    fit 28 lwip-router-reject closed-port:-3:f host-firewall-reset:-5:f network-firewall-reset:5.5:t
    fit 2 lwip-router-reject closed-port:-2.5:f host-firewall-reset:-4.5:f network-firewall-reset:5.5:t
    fit 54 no-neighbour firewall-icmp-reject:-6:f icmp-unreachable:5.5:t
    fit 6 no-neighbour firewall-icmp-reject:-6:f icmp-unreachable:5.5:t silent-drop:-1:t
    check 2 odd-flags-closed closed-port:8:t host-firewall-reset:-3:f network-firewall-reset:-3.8:f odd-flags-filtered:10:t
    check 30 odd-flags-closed closed-port:11:t host-firewall-reset:-7:f network-firewall-reset:-6.8:f odd-flags-filtered:10:t
    check 28 odd-flags-closed closed-port:12:t host-firewall-reset:-8:f network-firewall-reset:-7.8:f odd-flags-filtered:10:t
    check 2 odd-flags-null closed-port:8:t host-firewall-reset:-3:f network-firewall-reset:-3.8:f odd-flags-filtered:4:t
    check 30 odd-flags-null closed-port:11:t host-firewall-reset:-7:f network-firewall-reset:-6.8:f odd-flags-filtered:4:t
    check 1 odd-flags-null closed-port:11.5:t host-firewall-reset:-8.5:f network-firewall-reset:-7.8:f odd-flags-filtered:4:t
    check 27 odd-flags-null closed-port:12:t host-firewall-reset:-8:f network-firewall-reset:-7.8:f odd-flags-filtered:4:t
    fit 60 odd-flags-open odd-flags-filtered:10:t open-port:8:t
    check 2 one-flow-of-four closed-port:-25:f host-firewall-reset:2:f network-firewall-reset:23.5:t open-port:8:t
    check 1 one-flow-of-four closed-port:-20:f host-firewall-reset:-2:f network-firewall-reset:19.5:t open-port:8:t
    check 6 one-flow-of-four closed-port:-20:f host-firewall-reset:8:f network-firewall-reset:18.5:t open-port:8:t
    check 7 one-flow-of-four closed-port:-19:f host-firewall-reset:-3:f network-firewall-reset:18.5:t open-port:8:t
    check 2 one-flow-of-four closed-port:-15:f host-firewall-reset:4:f network-firewall-reset:14.5:t open-port:8:t
    check 8 one-flow-of-four closed-port:-14:f host-firewall-reset:-7:f network-firewall-reset:14.5:t open-port:8:t
    check 3 one-flow-of-four closed-port:-14:f host-firewall-reset:3:f network-firewall-reset:13.5:t open-port:8:t
    check 12 one-flow-of-four closed-port:-13.5:f host-firewall-reset:3.5:f network-firewall-reset:13.5:t open-port:8:t
    check 1 one-flow-of-four closed-port:-12.3:f host-firewall-reset:2.3:f network-firewall-reset:12.3:t open-port:8:t
    check 2 one-flow-of-four closed-port:-9:f host-firewall-reset:-1:f network-firewall-reset:9.5:t open-port:8:t
    check 15 one-flow-of-four closed-port:-8.5:f host-firewall-reset:-0.5:f network-firewall-reset:9.5:t open-port:8:t
    check 1 one-flow-of-four closed-port:-7.5:f host-firewall-reset:-2.5:f network-firewall-reset:8:t open-port:8:t
    fit 60 open open-port:8:t
    fit 60 open-banner open-port:8:t
    check 60 open-default-drop open-port:8:t
    check 60 own-filter-odd-flags open-port:8:t
    fit 60 path-dead silent-drop:0.7:t
    check 29 router1-checksum-blind checksum-blind-device:4.5:t checksum-blind-host:-3.5:f closed-port:-25:f host-firewall-reset:2:f network-firewall-reset:23.5:t
    check 27 router1-checksum-blind checksum-blind-device:4.5:t checksum-blind-host:-3.5:f closed-port:-24:f host-firewall-reset:1:f network-firewall-reset:22.5:t
    check 3 router1-checksum-blind checksum-blind-device:4.5:t checksum-blind-host:-3.5:f closed-port:-18:f host-firewall-reset:-4:f network-firewall-reset:17.5:t
    check 1 router1-checksum-blind closed-port:-19:f host-firewall-reset:-3:f network-firewall-reset:18.5:t
    check 28 router1-checksum-blind-mimic checksum-blind-device:4.5:t checksum-blind-host:-3.5:f closed-port:-19.5:f host-firewall-reset:9.5:f network-firewall-reset:18.2:t
    check 28 router1-checksum-blind-mimic checksum-blind-device:4.5:t checksum-blind-host:-3.5:f closed-port:-18.5:f host-firewall-reset:8.5:f network-firewall-reset:17.2:t
    check 2 router1-checksum-blind-mimic checksum-blind-device:4.5:t checksum-blind-host:-3.5:f closed-port:-13.5:f host-firewall-reset:4.5:f network-firewall-reset:13.2:t
    check 2 router1-checksum-blind-mimic checksum-blind-device:4.5:t checksum-blind-host:-3.5:f closed-port:-12.5:f host-firewall-reset:3.5:f network-firewall-reset:12.2:t
    check 28 router1-default-deny closed-port:-19:f host-firewall-reset:-3:f network-firewall-reset:18.5:t
    check 27 router1-default-deny closed-port:-14:f host-firewall-reset:-7:f network-firewall-reset:14.5:t
    check 2 router1-default-deny closed-port:-14:f host-firewall-reset:3:f network-firewall-reset:13.5:t
    check 1 router1-default-deny closed-port:-11.7:f host-firewall-reset:-7.3:f network-firewall-reset:14.2:t
    check 2 router1-default-deny closed-port:-9:f host-firewall-reset:-1:f network-firewall-reset:9.5:t
    check 60 router1-drop silent-drop:10:t
    fit 60 router1-drop-all silent-drop:9:t
    check 57 router1-icmp-port-unreachable firewall-icmp-reject:6.5:t
    check 1 router1-icmp-port-unreachable firewall-icmp-reject:6.5:t silent-drop:-6.4:f
    check 1 router1-icmp-port-unreachable firewall-icmp-reject:6.5:t silent-drop:-5:f
    check 1 router1-icmp-port-unreachable firewall-icmp-reject:6.5:t silent-drop:-3.7:f
    fit 59 router1-icmp-prohibited firewall-icmp-reject:7:t
    fit 1 router1-icmp-prohibited firewall-icmp-reject:7:t silent-drop:-3.7:f
    check 26 router1-reject closed-port:-25:f host-firewall-reset:2:f network-firewall-reset:23.5:t
    check 28 router1-reject closed-port:-24:f host-firewall-reset:1:f network-firewall-reset:22.5:t
    check 3 router1-reject closed-port:-19:f host-firewall-reset:-3:f network-firewall-reset:18.5:t
    check 2 router1-reject closed-port:-18:f host-firewall-reset:-4:f network-firewall-reset:17.5:t
    check 1 router1-reject closed-port:-14:f host-firewall-reset:3:f network-firewall-reset:13.5:t
    fit 27 router1-reject-iptables closed-port:-25:f host-firewall-reset:2:f network-firewall-reset:23.5:t
    fit 27 router1-reject-iptables closed-port:-24:f host-firewall-reset:1:f network-firewall-reset:22.5:t
    fit 3 router1-reject-iptables closed-port:-19:f host-firewall-reset:-3:f network-firewall-reset:18.5:t
    fit 1 router1-reject-iptables closed-port:-19:f host-firewall-reset:7:f network-firewall-reset:17.5:t
    fit 2 router1-reject-iptables closed-port:-18:f host-firewall-reset:-4:f network-firewall-reset:17.5:t
    fit 1 router1-reject-limited closed-port:-23.4:f host-firewall-reset:0.4:f network-firewall-reset:21.9:t reset-rate-limited:3:t
    fit 1 router1-reject-limited closed-port:-20:f host-firewall-reset:8:f network-firewall-reset:18.5:t reset-rate-limited:3:t
    fit 3 router1-reject-limited closed-port:-19:f host-firewall-reset:-3:f network-firewall-reset:18.5:t
    fit 22 router1-reject-limited closed-port:-19:f host-firewall-reset:-3:f network-firewall-reset:18.5:t reset-rate-limited:3:t
    fit 1 router1-reject-limited closed-port:-17:f host-firewall-reset:-5:f network-firewall-reset:16.5:t reset-rate-limited:3:t
    fit 1 router1-reject-limited closed-port:-16:f host-firewall-reset:-6:f network-firewall-reset:15.5:t reset-rate-limited:3:t
    fit 1 router1-reject-limited closed-port:-14:f host-firewall-reset:-7:f network-firewall-reset:14.5:t
    fit 24 router1-reject-limited closed-port:-14:f host-firewall-reset:-7:f network-firewall-reset:14.5:t reset-rate-limited:3:t
    fit 3 router1-reject-limited closed-port:-14:f host-firewall-reset:3:f network-firewall-reset:13.5:t reset-rate-limited:3:t
    fit 1 router1-reject-limited closed-port:-13:f host-firewall-reset:2:f network-firewall-reset:12.5:t
    fit 2 router1-reject-limited closed-port:-9:f host-firewall-reset:-1:f network-firewall-reset:9.5:t reset-rate-limited:3:t
    fit 3 router1-stateful-closed closed-port:8:t host-firewall-reset:-3:f network-firewall-reset:-3.8:f odd-flags-filtered:10:t stateful-firewall:9.5:t
    fit 30 router1-stateful-closed closed-port:11:t host-firewall-reset:-7:f network-firewall-reset:-6.8:f odd-flags-filtered:10:t stateful-firewall:9.5:t
    fit 27 router1-stateful-closed closed-port:12:t host-firewall-reset:-8:f network-firewall-reset:-7.8:f odd-flags-filtered:10:t stateful-firewall:9.5:t
    check 60 router1-stateful-open odd-flags-filtered:10:t open-port:8:t stateful-firewall:9.5:t
    check 60 router1-stateless accept-queue-full:-4.5:f silent-drop:12:t stateless-filter:6:t
    check 59 router1-stateless-listener accept-queue-full:4.6:f silent-drop:10:t
    check 1 router1-stateless-listener accept-queue-full:11.6:f silent-drop:10:t
    fit 60 router1-unreachable-route firewall-icmp-reject:-6:f icmp-unreachable:5.5:t
    check 60 router2-blackhole-route silent-drop:9:t
    check 30 router2-checksum-blind checksum-blind-device:4.5:t checksum-blind-host:-3.5:f closed-port:-25:f host-firewall-reset:2:f network-firewall-reset:23.5:t
    check 29 router2-checksum-blind checksum-blind-device:4.5:t checksum-blind-host:-3.5:f closed-port:-24:f host-firewall-reset:1:f network-firewall-reset:22.5:t
    check 1 router2-checksum-blind checksum-blind-device:4.5:t checksum-blind-host:-3.5:f closed-port:-18:f host-firewall-reset:-4:f network-firewall-reset:17.5:t
    fit 29 router2-default-deny closed-port:-13.5:f host-firewall-reset:3.5:f network-firewall-reset:13.5:t
    fit 1 router2-default-deny closed-port:-9:f host-firewall-reset:-1:f network-firewall-reset:9.5:t
    fit 29 router2-default-deny closed-port:-8.5:f host-firewall-reset:-0.5:f network-firewall-reset:9.5:t
    fit 1 router2-default-deny closed-port:-5.2:f host-firewall-reset:-1.8:f network-firewall-reset:8.2:t
    check 60 router2-drop silent-drop:10:t
    check 60 router2-drop-all silent-drop:9:t
    check 57 router2-icmp-host-unreachable-port firewall-icmp-reject:5:t icmp-unreachable:-3.5:f
    check 2 router2-icmp-host-unreachable-port firewall-icmp-reject:5:t icmp-unreachable:-3.5:f silent-drop:-8.1:f
    check 1 router2-icmp-host-unreachable-port firewall-icmp-reject:5:t icmp-unreachable:-3.5:f silent-drop:-6:f
    fit 59 router2-icmp-port-unreachable firewall-icmp-reject:6.5:t
    fit 1 router2-icmp-port-unreachable firewall-icmp-reject:6.5:t silent-drop:-4:f
    fit 59 router2-icmp-prohibited firewall-icmp-reject:7:t
    fit 1 router2-icmp-prohibited firewall-icmp-reject:7:t silent-drop:-8.8:f
    fit 60 router2-prohibit-route firewall-icmp-reject:7:t
    fit 27 router2-reject closed-port:-19.5:f host-firewall-reset:8.5:f network-firewall-reset:18.5:t
    fit 1 router2-reject closed-port:-19:f host-firewall-reset:7:f network-firewall-reset:17.5:t
    fit 28 router2-reject closed-port:-18.5:f host-firewall-reset:7.5:f network-firewall-reset:17.5:t
    fit 1 router2-reject closed-port:-14:f host-firewall-reset:3:f network-firewall-reset:13.5:t
    fit 2 router2-reject closed-port:-13.5:f host-firewall-reset:3.5:f network-firewall-reset:13.5:t
    fit 1 router2-reject closed-port:-12.5:f host-firewall-reset:2.5:f network-firewall-reset:12.5:t
    fit 1 router2-reject-iptables closed-port:-20:f host-firewall-reset:8:f network-firewall-reset:18.5:t
    fit 29 router2-reject-iptables closed-port:-19.5:f host-firewall-reset:8.5:f network-firewall-reset:18.5:t
    fit 28 router2-reject-iptables closed-port:-18.5:f host-firewall-reset:7.5:f network-firewall-reset:17.5:t
    fit 2 router2-reject-iptables closed-port:-12.5:f host-firewall-reset:2.5:f network-firewall-reset:12.5:t
    fit 1 router2-reject-listener closed-port:-20:f host-firewall-reset:8:f network-firewall-reset:18.5:t
    fit 27 router2-reject-listener closed-port:-19.5:f host-firewall-reset:8.5:f network-firewall-reset:18.5:t
    fit 30 router2-reject-listener closed-port:-18.5:f host-firewall-reset:7.5:f network-firewall-reset:17.5:t
    fit 2 router2-reject-listener closed-port:-13.5:f host-firewall-reset:3.5:f network-firewall-reset:13.5:t
    fit 1 router2-stateful-closed closed-port:8:t host-firewall-reset:-3:f network-firewall-reset:-3.8:f odd-flags-filtered:10:t stateful-firewall:9.5:t
    fit 30 router2-stateful-closed closed-port:11:t host-firewall-reset:-7:f network-firewall-reset:-6.8:f odd-flags-filtered:10:t stateful-firewall:9.5:t
    fit 29 router2-stateful-closed closed-port:12:t host-firewall-reset:-8:f network-firewall-reset:-7.8:f odd-flags-filtered:10:t stateful-firewall:9.5:t
    check 60 router2-stateful-invalid odd-flags-filtered:10:t open-port:8:t stateful-firewall:3.5:t
    fit 60 router2-stateful-open odd-flags-filtered:10:t open-port:8:t stateful-firewall:9.5:t
    fit 60 router2-stateless accept-queue-full:2.5:f silent-drop:12:t stateless-filter:6:t
    check 60 router2-stateless-listener accept-queue-full:11.6:f silent-drop:10:t
    fit 49 router2-synproxy odd-flags-filtered:10:t open-port:8:t stateful-firewall:9.5:t syn-cookies:7:t syn-proxy:5:t
    fit 11 router2-synproxy odd-flags-filtered:10:t open-port:8:t stateful-firewall:9.5:t syn-proxy:5:t
    check 46 router2-synproxy-closed odd-flags-filtered:10:t open-port:4.5:t stateful-firewall:9.5:t syn-cookies:7:t syn-proxy:4:t
    check 14 router2-synproxy-closed odd-flags-filtered:10:t open-port:4.5:t stateful-firewall:9.5:t syn-proxy:4:t
    check 60 router2-unreachable-route firewall-icmp-reject:-6:f icmp-unreachable:5.5:t
    check 8 syn-cookies open-port:8:t
    check 52 syn-cookies open-port:8:t syn-cookies:7:t
    check 2 ttl128-closed closed-port:8:t host-firewall-reset:-3:f network-firewall-reset:-3.8:f
    check 30 ttl128-closed closed-port:11:t host-firewall-reset:-7:f network-firewall-reset:-6.8:f
    check 28 ttl128-closed closed-port:12:t host-firewall-reset:-8:f network-firewall-reset:-7.8:f
    fit 29 ttl128-host-reject closed-port:-14:f host-firewall-reset:16:t network-firewall-reset:13.2:f
    fit 28 ttl128-host-reject closed-port:-13:f host-firewall-reset:15:t network-firewall-reset:12.2:f
    fit 1 ttl128-host-reject closed-port:-8:f host-firewall-reset:11:t network-firewall-reset:8.2:f
    fit 2 ttl128-host-reject closed-port:-7:f host-firewall-reset:10:t network-firewall-reset:7.2:f
    fit 60 ttl128-open open-port:8:t
    fit 28 ttl128-router-reject closed-port:-19.5:f host-firewall-reset:8.5:f network-firewall-reset:18.5:t
    fit 28 ttl128-router-reject closed-port:-18.5:f host-firewall-reset:7.5:f network-firewall-reset:17.5:t
    fit 2 ttl128-router-reject closed-port:-13.5:f host-firewall-reset:3.5:f network-firewall-reset:13.5:t
    fit 2 ttl128-router-reject closed-port:-12.5:f host-firewall-reset:2.5:f network-firewall-reset:12.5:t
    fit 1 ttl255-closed closed-port:10.5:t host-firewall-reset:-7.5:f network-firewall-reset:-6.8:f
    fit 29 ttl255-closed closed-port:11:t host-firewall-reset:-7:f network-firewall-reset:-6.8:f
    fit 1 ttl255-closed closed-port:11.5:t host-firewall-reset:-8.5:f network-firewall-reset:-7.8:f
    fit 29 ttl255-closed closed-port:12:t host-firewall-reset:-8:f network-firewall-reset:-7.8:f
    check 28 ttl255-host-reject closed-port:-14:f host-firewall-reset:16:t network-firewall-reset:13.2:f
    check 29 ttl255-host-reject closed-port:-13:f host-firewall-reset:15:t network-firewall-reset:12.2:f
    check 2 ttl255-host-reject closed-port:-8:f host-firewall-reset:11:t network-firewall-reset:8.2:f
    check 1 ttl255-host-reject closed-port:-7:f host-firewall-reset:10:t network-firewall-reset:7.2:f
    check 60 ttl255-open open-port:8:t
    check 29 ttl255-router-reject closed-port:-19.5:f host-firewall-reset:8.5:f network-firewall-reset:18.5:t
    check 29 ttl255-router-reject closed-port:-18.5:f host-firewall-reset:7.5:f network-firewall-reset:17.5:t
    check 1 ttl255-router-reject closed-port:-14:f host-firewall-reset:3:f network-firewall-reset:13.5:t
    check 1 ttl255-router-reject closed-port:-12.5:f host-firewall-reset:2.5:f network-firewall-reset:12.5:t
    check 30 ttl32-closed closed-port:11:t host-firewall-reset:-7:f network-firewall-reset:-6.8:f
    check 30 ttl32-closed closed-port:12:t host-firewall-reset:-8:f network-firewall-reset:-7.8:f
    check 28 ttl32-host-reject closed-port:-14:f host-firewall-reset:16:t network-firewall-reset:13.2:f
    check 25 ttl32-host-reject closed-port:-13:f host-firewall-reset:15:t network-firewall-reset:12.2:f
    check 2 ttl32-host-reject closed-port:-8:f host-firewall-reset:11:t network-firewall-reset:8.2:f
    check 1 ttl32-host-reject closed-port:-7.5:f host-firewall-reset:9.5:t network-firewall-reset:7.2:f
    check 4 ttl32-host-reject closed-port:-7:f host-firewall-reset:10:t network-firewall-reset:7.2:f
    check 60 ttl32-open open-port:8:t
    check 1 ttl32-router-reject closed-port:-20:f host-firewall-reset:8:f network-firewall-reset:18.5:t
    check 26 ttl32-router-reject closed-port:-19.5:f host-firewall-reset:8.5:f network-firewall-reset:18.5:t
    check 29 ttl32-router-reject closed-port:-18.5:f host-firewall-reset:7.5:f network-firewall-reset:17.5:t
    check 3 ttl32-router-reject closed-port:-13.5:f host-firewall-reset:3.5:f network-firewall-reset:13.5:t
    check 1 ttl32-router-reject closed-port:-12.5:f host-firewall-reset:2.5:f network-firewall-reset:12.5:t
    """
}
