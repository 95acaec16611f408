var re="http://www.w3.org/2000/svg";function l(e,t="",...n){let i=document.createElement(e);return t&&(i.className=t),i.append(...n),i}function S(e,t={}){let n=document.createElementNS(re,e);for(let[i,r]of Object.entries(t))n.setAttribute(i,String(r));return n}function y(e,t,n){let i=l("button",e);return i.type="button",n?(i.append(n),i.setAttribute("aria-label",t),i.title=t):i.textContent=t,i}function b(e,t){e.textContent!==t&&(e.textContent=t)}function m(e,t,n){n===null?e.hasAttribute(t)&&e.removeAttribute(t):e.getAttribute(t)!==n&&e.setAttribute(t,n)}function v(e,t){e.hidden===t&&(e.hidden=!t)}function yt(e,...t){e.adoptedStyleSheets=t.map(n=>{let i=new CSSStyleSheet;return i.replaceSync(n),i})}function kt(e){let t=e.composedPath()[0];return t instanceof HTMLElement&&(t.isContentEditable||t.matches("input, textarea, select, [role=textbox], [role=combobox]"))}function $t({host:e}){let t=getComputedStyle(e).getPropertyValue("--st-background-color").trim(),[n=255,i=255,r=255]=oe(t);m(e,"data-theme",.2126*n+.7152*i+.0722*r<128?"dark":"light")}function oe(e){let t=/^#([0-9a-f]{3,8})$/i.exec(e)?.[1];if(!t)return(e.match(/[\d.]+/g)??[]).slice(0,3).map(Number);let n=t.length<6?[...t].map(i=>i+i).join(""):t;return[0,2,4].map(i=>Number.parseInt(n.slice(i,i+2),16))}var St=["","k","M","G","T","P"];function O(e){return A(e)?"–":e.toFixed(0).replace(/\B(?=(\d{3})+$)/g,",")}function Et(e){if(A(e))return"–";if(e<0)return`-${Et(-e)}`;let[t,n]=Tt(e,ae);return n?`${t} ${n}`:t}function N(e){if(A(e))return"–";let[t,n]=Tt(Math.max(0,e),rt);return`${t} ${n}B`}function Lt(e,t){return A(e)||!t?N(e):`${N(e)} of ${N(t)}`}function K(e){return A(e)?"–":`${Et(e)}/s`}function T(e,t=0){if(A(e))return"–";if(e===0||e===100)return`${e} %`;let n=10**-t;return e>0&&e<n?t?`${n.toFixed(t)} %`:"<1 %":e>100-n&&e<100?`${(100-n).toFixed(t)} %`:`${e.toFixed(t)} %`}function C(e){if(A(e))return"–";let t=Math.max(0,e);if(t>=6e4)return D(t/1e3);if(t===0)return"0 ms";for(let[n,i]of[[1e3,"µs"],[1,"ms"]]){let r=rt(t*n);if(Number(r)<1e3)return`${r} ${i}`}return`${rt(t/1e3)} s`}function D(e){if(A(e))return"–";let t=Math.max(0,Math.trunc(e));return t<60?`${t} s`:t<3600?`${Math.trunc(t/60)} min`:t<86400?Mt(Math.trunc(t/3600),"h",Math.trunc(t%3600/60),"min"):Mt(Math.trunc(t/86400),"d",t<10*86400?Math.trunc(t%86400/3600):0,"h")}function ot(e,t){return A(e)?"–":t-e<5?"just now":`${D(t-e)} ago`}function U(e){if(A(e))return"–";let t=new Date(e*1e3);return`${[t.getFullYear(),t.getMonth()+1,t.getDate()].map(At).join("-")} ${[t.getHours(),t.getMinutes(),t.getSeconds()].map(At).join(":")}`}function At(e){return String(e).padStart(2,"0")}function A(e){return e==null||!Number.isFinite(e)}function Tt(e,t){let n=0;for(;n<St.length-1&&Number(t(e))>=1e3;)e/=1e3,n+=1;return[t(e),St[n]]}function rt(e){return e<9.95?Nt(e.toFixed(1)):e.toFixed(0)}function ae(e){return Nt(e.toFixed(e<9.995?2:e<99.95?1:0))}function Nt(e){return e.includes(".")?e.replace(/\.?0+$/,""):e}function Mt(e,t,n,i){return n?`${e} ${t} ${n} ${i}`:`${e} ${t}`}var at=[{name:"offline",word:"Offline",rank:0,chip:4,path:"M2.5 1.5h7a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1Z"},{name:"error",word:"Error",rank:1,chip:3,path:"M6 .4 11.6 6 6 11.6.4 6Z"},{name:"unauthorized",word:"Unauthorized",rank:2,chip:2,path:"M6 .9 11.7 11H.3Z"},{name:"checking",word:"Checking",rank:3,chip:1,path:"M6 .8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 6 .8Zm0 1.6v7.2a3.6 3.6 0 0 0 0-7.2Z"},{name:"unknown",word:"Unknown",rank:4,chip:5,path:"M6 .8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 6 .8Zm0 1.8a3.4 3.4 0 1 0 0 6.8 3.4 3.4 0 0 0 0-6.8Z"},{name:"online",word:"Online",rank:5,chip:0,path:"M6 .8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 6 .8Z"}],M=Object.fromEntries(at.map(e=>[e.name,e])),le={O:"online",F:"offline",U:"unauthorized",E:"error",N:"unknown"};function lt(e){return le[String(e)]??"unknown"}function R(){let e=S("path",{"fill-rule":"evenodd"}),t=S("svg",{viewBox:"0 0 12 12",class:"mark","aria-hidden":"true"});t.append(e);let n;return{node:t,set(i){i!==n&&(n=i,e.setAttribute("d",M[i].path),t.setAttribute("data-status",i))}}}var ce=["id","name","url","description","tags","letter","flags","reason","hint","since","beatsAt","beats","latency","uptime","version","cpu","memoryUsed","memoryTotal","running","stopped","failing","records","changedAt","serverUptime"];function Ct(e){let t=Object.fromEntries(ce.map((o,a)=>[o,e[a]??null])),{letter:n,flags:i,...r}=t,s=lt(n);return{...r,status:s,shown:i&1?"checking":s,isDefault:!!(i&2),shared:!!(i&4),demo:!!(i&8),text:[r.name,r.url,r.description,r.version,...r.tags].join(`
`).toLowerCase()}}function Ut(e,t){let n=[],i=0,r=0;for(let[,s,o,a]of e.matchAll(/([A-Z])([0-9a-z]*)(?::([0-9a-z]+))?/g))a&&(r=Number.parseInt(a,36)),i+=r,n.push({at:i,status:lt(s),latency:o?Number.parseInt(o,36):null});for(let s of n)s.at+=t-i;return n}var H=30,Z=5,zt=20,Ht={online:(e,t)=>I(e,4,t,12),offline:(e,t)=>I(e,0,t,20),error:(e,t)=>I(e,0,t,8.4)+I(e,11.6,t,8.4),unauthorized:(e,t)=>`M${e} 17.5V5L${e+t/2} .5 ${e+t} 5V17.5Z`,unknown:(e,t)=>I(e,8,t,4)};function I(e,t,n,i){let r=n/2;return`M${e} ${t+1.2}q0-1.2 ${r}-1.2t${r} 1.2v${i-2.4}q0 1.2-${r} 1.2t-${r}-1.2Z`}function j(e,t=3.2){let n=S("rect",{class:"cursor",y:-3,width:Z,height:zt+6,rx:1.5}),i=Object.fromEntries(["none",...Object.keys(Ht)].map(u=>[u,S("path",{"data-status":u})])),r=S("svg",{viewBox:`0 0 ${H*Z} ${zt}`,preserveAspectRatio:"none"});r.append(n,...Object.values(i));let s=l("div","beats",r);s.setAttribute("role","slider"),s.setAttribute("aria-label","Last checks"),s.setAttribute("aria-readonly","true"),s.setAttribute("aria-valuemin","1"),s.tabIndex=-1;let o=[],a="",c=-1,h=null,g=u=>{h=u===null||!o.length?null:Math.min(Math.max(u,0),o.length-1),p()},p=()=>{let u=h===null?void 0:o[h];if(s.classList.toggle("has-cursor",u!==void 0),m(s,"aria-valuemax",String(Math.max(1,o.length))),m(s,"aria-valuenow",String((h??o.length-1)+1)),m(s,"aria-valuetext",u?ue(u):pe(o)),!u||h===null){e.hide(s);return}let d=H-o.length+h;n.setAttribute("x",String(d*Z-.9));let x=r.getBoundingClientRect(),w=x.width/H;e.show(s,{left:x.left+d*w,width:w,top:x.top,bottom:x.bottom},he(u))},f=u=>{let d=r.getBoundingClientRect(),w=Math.floor((u.clientX-d.left)/d.width*H)-(H-o.length);g(w<0?null:w)};return s.addEventListener("pointermove",f),s.addEventListener("pointerleave",()=>g(null)),s.addEventListener("focus",()=>s.matches(":focus-visible")&&g(o.length-1)),s.addEventListener("blur",()=>g(null)),s.addEventListener("keydown",u=>{let d=h??o.length,x={ArrowLeft:d-1,ArrowRight:d+1,Home:0,End:o.length-1}[u.key];x!==void 0&&(u.preventDefault(),u.stopPropagation(),g(x))}),{node:s,set(u){if(u.beats===a&&u.beatsAt===c)return;let d=u.beatsAt!==c;a=u.beats,c=u.beatsAt;let x=o[h??-1]?.at;if(o=Ut(a,c),de(i,o,t),h!==null&&d&&s.matches(":focus-visible")){let w=o.findIndex(k=>Math.abs(k.at-(x??0))<1);g(w===-1?h:w)}else p()}}}function de(e,t,n){let i=Object.fromEntries(Object.keys(e).map(r=>[r,""]));for(let r=0;r<H;r+=1){let s=t[r-(H-t.length)],o=r*Z;s?i[s.status]+=Ht[s.status]?.(o,n)??"":i.none+=I(o,9,n,2.4)}for(let[r,s]of Object.entries(i))m(e[r],"d",s)}function he(e){let t=R();t.set(e.status);let n=l("span","tip-status",t.node,M[e.status].word);return e.latency!==null&&n.append(l("b","",C(e.latency))),[n,l("span","tip-time",U(e.at))]}function ue(e){let t=e.latency===null?"":`, ${C(e.latency)}`;return`${U(e.at)}, ${M[e.status].word}${t}`}function pe(e){return e.length?`${e.filter(n=>n.status==="online").length} of the last ${e.length} checks online`:"not checked yet"}var fe={search:"M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM10.3 10.3l3.4 3.4",clear:"M4 4l8 8M12 4l-8 8",more:"M3.2 8h.01M8 8h.01M12.8 8h.01",edit:"M3 13l.6-2.8L10.8 3a1.3 1.3 0 0 1 1.9 0l.3.3a1.3 1.3 0 0 1 0 1.9L5.8 12.4 3 13Z",table:"M2.5 4h11M2.5 8h11M2.5 12h11",cards:"M2.5 3h4.6v4.2H2.5zM8.9 3h4.6v4.2H8.9zM2.5 8.8h4.6V13H2.5zM8.9 8.8h4.6V13H8.9z",comfortable:"M2.5 4.2h11M2.5 11.8h11",compact:"M2.5 3h11M2.5 6.3h11M2.5 9.7h11M2.5 13h11",down:"M4 6.2 8 10l4-3.8",ascending:"M8 12.5v-9M4.5 7 8 3.5 11.5 7",descending:"M8 3.5v9M4.5 9 8 12.5 11.5 9",check:"M3.5 8.5l3 3 6-7",shared:"M5.8 7.4a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4ZM1.8 13c0-2.2 1.8-3.6 4-3.6s4 1.4 4 3.6M10.6 3.2a2.1 2.1 0 0 1 0 4M11.8 9.6c1.5.4 2.5 1.6 2.5 3.4",private:"M4 7.2h8V13H4zM5.7 7.2V5a2.3 2.3 0 0 1 4.6 0v2.2"};function $(e){let t=S("svg",{viewBox:"0 0 16 16",class:`icon icon-${e}`,"aria-hidden":"true"});return t.append(S("path",{d:fe[e]})),t}function Dt(){let e=S("svg",{viewBox:"0 0 16 16",class:"star",role:"img","aria-label":"Default"});return e.append(S("path",{d:"M8 1.6l1.9 4.1 4.5.5-3.3 3 .9 4.4L8 11.4l-4 2.2.9-4.4-3.3-3 4.5-.5Z"})),e}function Rt(e){history.pushState({},"",e),dispatchEvent(new PopStateEvent("popstate",{state:history.state}))}function G(e,t){return e.replace("{id}",encodeURIComponent(t))}var me={name:{id:"name",label:"Server",min:150,narrow:84,grow:2.2,drop:0,build:ve},status:{id:"status",label:"Status",min:116,narrow:110,grow:.5,drop:0,build:we},beats:{id:"beats",label:"Last 30 checks",min:150,drop:5,yields:["connections"],build:e=>j(e)},latency:{id:"latency",label:"Latency",min:68,align:"end",drop:3,yields:["connections"],build:()=>B(e=>C(e.latency)),fact:e=>e.latency===null?"":C(e.latency)},uptime:{id:"uptime",label:"24 h",min:66,align:"end",drop:6,yields:["connections"],build:()=>B(e=>T(e.uptime,2)),fact:e=>e.uptime===null?"":`24 h ${T(e.uptime,2)}`},cpu:{id:"cpu",label:"CPU",min:56,align:"end",drop:7,yields:["overview"],build:()=>It(e=>[T(e.cpu),e.cpu,""]),fact:e=>e.cpu===null?"":`CPU ${T(e.cpu)}`},memory:{id:"memory",label:"Memory",min:68,align:"end",drop:8,yields:["overview"],build:()=>It(e=>[N(e.memoryUsed),e.memoryUsed!==null&&e.memoryTotal?100*e.memoryUsed/e.memoryTotal:null,Lt(e.memoryUsed,e.memoryTotal)]),fact:e=>e.memoryUsed===null?"":N(e.memoryUsed)},rules:{id:"rules",label:"Rules",min:78,compact:120,align:"end",drop:2,yields:["overview"],build:be,fact:e=>e.running===null?"":`${q(e)} rules`},records:{id:"records",label:"Records",min:70,align:"end",drop:9,light:!0,yields:["overview"],build:()=>B(e=>K(e.records)),fact:e=>e.records===null?"":K(e.records)},version:{id:"version",label:"Version",min:58,drop:10,light:!0,build:()=>B(e=>e.version||"–"),fact:e=>e.version},tags:{id:"tags",label:"Tags",min:110,grow:1,drop:4,build:ke,fact:e=>e.tags.join(", ")},where:{id:"where",label:"Kept in",min:88,drop:8,light:!0,build:()=>B(e=>e.shared?"Shared":"This browser"),fact:e=>e.shared?"shared":"this browser"},changed:{id:"changed",label:"Changed",min:104,drop:11,light:!0,build:()=>B((e,{now:t})=>ot(e.changedAt,t),xe),fact:(e,t)=>e.changedAt===null?"":`changed ${ot(e.changedAt,t)}`}},ge={overview:["name","status","beats","latency","uptime","cpu","memory","rules","records","version","changed"],connections:["name","status","beats","latency","uptime","tags","where","version","changed"]},W=14;function jt(e,t,n,{narrow:i,compact:r}){let s=ge[e].filter(c=>!n.has(c)).map(c=>me[c]).map(c=>({...c,min:i&&c.narrow||r&&c.compact||c.min})),o=[],a=()=>s.reduce((c,h)=>c+h.min+W,-W);for(;i||a()>t;){let c=s.reduce((h,g)=>g.drop>h.drop?g:h);if(c.drop===0)break;s.splice(s.indexOf(c),1),o.unshift(c)}return o.sort((c,h)=>c.drop-h.drop),{shown:s,dropped:o,second:o.some(c=>!c.light)}}function B(e,t){let n=l("span","figure");return{node:n,set(i,r){let s=e(i,r);b(n,s),n.classList.toggle("none",s==="–"),t&&m(n,"title",t(i)||null)}}}function xe(e){return e.changedAt===null?"":U(e.changedAt)}function It(e){let t=l("span","figure"),n=l("i","fill"),i=l("i","meter",n),r=l("span","metered",t,i);return{node:r,set(s){let[o,a,c]=e(s);b(t,o),t.classList.toggle("none",o==="–"),m(r,"title",c&&a!==null?`${c} · ${T(a)}`:null);let h=a===null?"0":`${Math.min(100,Math.max(1.5,a)).toFixed(1)}%`;n.style.width!==h&&(n.style.width=h),m(i,"data-level",a===null?"none":a>=90?"high":a>=75?"raised":null)}}}function q(e){return`${e.running} / ${(e.running??0)+(e.stopped??0)+(e.failing??0)}`}function be(){let e=l("span","figure"),t=l("span","failing"),n=l("span","rules",e,t);return{node:n,set(i){b(e,i.running===null?"–":q(i)),e.classList.toggle("none",i.running===null),b(t,i.failing?`${i.failing} failing`:""),v(t,!!i.failing);let r=`${i.running} running, ${i.stopped??0} stopped, ${i.failing??0} failing`;m(n,"title",i.running===null?null:r)}}}function ve(){let e=ct(),t=l("span","sub");return{node:l("span","stack",e.node,t),set(n,i){e.set(n,i);let r=[n.url.replace(/^http:\/\//,"")];for(let s of i.fitted.dropped)s.id!=="changed"&&r.push(s.fact?.(n,i.now)??"");i.mode==="overview"&&r.push(...n.tags),b(t,r.filter(Boolean).join(" · ")),m(t,"title",n.description?`${n.url}
${n.description}`:n.url),v(t,!i.compact&&!i.fitted.second)}}}function ct(){let e=l("a","name");e.tabIndex=-1;let t=Dt();t.append(Object.assign(document.createElementNS("http://www.w3.org/2000/svg","title"),{textContent:"Default"}));let n=l("span","store"),i=l("span","badge","demo"),r=l("span","title",e,t,n,i),s;return{node:r,set(o,{link:a,mixed:c,mode:h}){b(e,o.name),m(e,"title",o.name),m(e,"href",G(a,o.id)),t.style.display=o.isDefault?"":"none",v(i,o.demo),v(n,c&&h==="overview"&&!o.demo),s!==o.shared&&(s=o.shared,n.replaceChildren($(s?"shared":"private")),n.title=s?"Shared: kept on the server":"Private: kept in this browser")}}}function we(){let e=dt(),t=l("span","sub");return{node:l("span","stack",e.node,t),set(n,i){e.set(n,i),b(t,ye(n,i)),m(t,"title",n.since===null?null:`since ${U(n.since)}`),v(t,!i.compact&&!i.fitted.second)}}}function ye(e,{now:t}){return e.shown==="checking"?`was ${M[e.status].word.toLowerCase()}`:e.since===null?"":`for ${D(t-e.since)}`}function dt(){let e=R(),t=l("span"),n=l("span","status",e.node,t);return{node:n,set(i){e.set(i.shown),b(t,M[i.shown].word),m(n,"data-status",i.shown),m(n,"title",[i.reason,i.hint].filter(Boolean).join(`
`)||null)}}}function ke(){let e=l("span","tags"),t="";return{node:e,set(n){let i=n.tags.join(`
`);i!==t&&(t=i,e.title=n.tags.join(", "),e.replaceChildren(...n.tags.map(r=>l("span","tag",r))))}}}var ht=20,Bt=58,Pt=28,$e=3;function ut(e){return!!e.reason&&e.shown!=="online"&&e.shown!=="unknown"}function _(e){return[!e.reason||/[.!?…:]$/.test(e.reason)?e.reason:`${e.reason}.`,e.hint].filter(Boolean).join(" ")}function Kt(e,t,n,i){let r=e.shown.map(d=>({column:d,cell:d.build(n)})),s=l("div","line"),o=l("div","row",s);o.role="row";let a=i.select?F():null;a&&s.append(J("select",a));let c=a?2:1,h=e.shown.filter(d=>d.yields?.includes(t)),g=null;for(let{column:d,cell:x}of r){let w=h.length>=$e&&h.includes(d),k=J(`${d.align==="end"?"end":""}${w?" yields":""}`,x.node);k.dataset.column=d.id,k.style.gridColumn=String(c),w&&(g=[g?.[0]??c,c+1]),s.append(k),c+=1}let p=g?J("why"):null;p&&g&&(p.style.gridColumn=`${g[0]} / ${g[1]}`,s.append(p));let f=i.act?ft():null;f&&s.append(J("actions",f));let u=e.second?Se(e.dropped,n):null;return u&&o.append(u.node),{node:o,set(d,x,w){let k=ut(d);s.classList.toggle("unwell",k&&p!==null);for(let{cell:L}of r)L.set(d,x);if(p){let L=k?_(d):"";b(p,L),m(p,"title",L||null),m(p,"data-status",d.shown)}u?.set(d,x,k&&p===null),pt(o,a,d,w),m(o,"aria-rowindex",String(w.index+2))}}}function pt(e,t,n,i){m(e,"data-id",n.id),m(e,"data-status",n.shown),m(e,"data-selected",t?String(i.selected):null),m(e,"aria-selected",t&&e.role==="row"?String(i.selected):null),m(e,"aria-current",i.current?"true":null),m(e,"aria-label",`${n.name}, ${n.shown}`);let r=i.active?0:-1;if(e.tabIndex!==r||!e.hasAttribute("tabindex")){e.tabIndex=r;for(let s of e.querySelectorAll("button, input, .beats"))s.tabIndex=r}t&&(t.checked!==i.selected&&(t.checked=i.selected),m(t,"aria-label",`Select ${n.name}`))}function F(){let e=l("input","check");return e.type="checkbox",e}function ft(){let e=y("icon-button","Edit",$("edit"));e.dataset.act="edit";let t=y("icon-button","More actions",$("more"));return t.dataset.act="menu",t.setAttribute("aria-haspopup","menu"),l("span","buttons",e,t)}function J(e,...t){let n=l("div",`cell ${e}`.trim(),...t);return n.setAttribute("role","gridcell"),n}function Se(e,t){let n=e.some(c=>c.id==="beats")?j(t):null,i=e.some(c=>c.id==="rules")?l("span","failing"):null,r=l("span","facts-text"),s=l("span","facts",...i?[i]:[],r),o=l("div","more");o.setAttribute("role","gridcell"),n&&o.append(n.node),o.append(s);let a=e.flatMap(c=>c.fact??[]);return{node:o,set(c,h,g){n?.set(c);let p=a.map(u=>u(c,h.now)).filter(Boolean).join(" · "),f=g?_(c):p;b(r,f),i&&b(i,c.failing&&!g?`${c.failing} failing · `:""),m(s,"title",g?f:null)}}}var Ae=[{label:"Latency",of:e=>C(e.latency)},{label:"24 h",of:e=>T(e.uptime,2)},{label:"CPU",of:e=>T(e.cpu),alert:e=>(e.cpu??0)>=90},{label:"Memory",of:e=>N(e.memoryUsed)}];function Wt(e,t){let n=ct(),i=t.select?F():null,r=l("div","card-head",...i?[i]:[],n.node,...t.act?[ft()]:[]),s=l("div","sub card-url"),o=dt(),a=l("span","card-note"),c=j(e,2.2),h=Ae.map(({label:d,of:x,alert:w})=>{let k=l("dd");return{node:l("div","",l("dt","",d),k),value:k,of:x,alert:w}}),g=l("div","card-why"),p=l("dl","card-figures",...h.map(d=>d.node)),f=l("div","card-foot"),u=l("div","card",r,s,l("div","card-status",o.node,a),c.node,p,g,f);return u.role="listitem",{node:u,set(d,x,w){let{now:k}=x,L=ut(d);n.set(d,x),o.set(d,x),c.set(d),b(s,d.url.replace(/^http:\/\//,"")),m(s,"title",d.description?`${d.url}
${d.description}`:d.url),b(a,d.since===null?"":`for ${D(k-d.since)}`),m(a,"title",d.since===null?null:`since ${U(d.since)}`),v(p,!L),v(g,L),b(g,L?_(d):""),m(g,"title",L?_(d):null);for(let{value:wt,of:ie,alert:se}of h)b(wt,ie(d,k)),wt.classList.toggle("failing",se?.(d)??!1);Me(f,d),pt(u,i,d,w)}}}function Me(e,t){let n=[["",t.running===null?"":`${q(t)} rules`],["failing",t.running!==null&&t.failing?`${t.failing} failing`:""],["",t.records===null?"":K(t.records)],["",t.version]].filter(([,i])=>i);e.textContent!==n.map(([,i])=>i).join(" · ")&&e.replaceChildren(...n.flatMap(([i,r],s)=>[s?" · ":"",l("span",i,r??"")]))}var mt=new Intl.Collator(void 0,{numeric:!0,sensitivity:"base"}),E={name:{label:"Name",value:e=>e.name,steady:!0,down:!1},status:{label:"Status",value:e=>M[e.shown].rank,steady:!0,down:!1},latency:{label:"Latency",value:e=>e.latency,steady:!1,down:!0},uptime:{label:"24 h",value:e=>e.uptime,steady:!1,down:!1},cpu:{label:"CPU",value:e=>e.cpu,steady:!1,down:!0},memory:{label:"Memory",value:e=>e.memoryUsed,steady:!1,down:!0},rules:{label:"Rules",value:Ee,steady:!1,down:!0},records:{label:"Records",value:e=>e.records,steady:!1,down:!0},version:{label:"Version",value:e=>e.version||null,steady:!0,down:!1},changed:{label:"Changed",value:e=>e.changedAt,steady:!0,down:!0}};function Ee(e){return e.running===null?null:(e.failing??0)*1e6+e.running+(e.stopped??0)}function X(e,t,n,i=gt(t)){return(n==="statuses"||!t.statuses.length||t.statuses.includes(e.shown))&&(n==="tags"||t.tags.every(r=>e.tags.includes(r)))&&(n==="where"||!t.where.length||t.where.includes(e.shared?"server":"browser"))&&i.every(r=>e.text.includes(r))}function gt(e){return e.search.toLowerCase().split(/\s+/).filter(Boolean)}function _t(e,t){let n=gt(t);return e.filter(i=>X(i,t,null,n))}function Ft(e){return!!(e.search.trim()||e.statuses.length||e.tags.length||e.where.length)}function Vt(e,t){let n=gt(t),i=new Map(Object.keys(M).map(a=>[a,0])),r=new Map([["browser",0],["server",0]]),s=new Map,o=0;for(let a of e){if(X(a,t,"statuses",n)&&(o+=1,i.set(a.shown,(i.get(a.shown)??0)+1)),X(a,t,"where",n)){let h=a.shared?"server":"browser";r.set(h,(r.get(h)??0)+1)}let c=X(a,t,null,n)?1:0;for(let h of a.tags)s.set(h,(s.get(h)??0)+c)}return{all:o,statuses:i,where:r,tags:new Map([...s].sort(([a],[c])=>mt.compare(a,c)))}}function Zt(e,t){let{value:n}=E[t.sort]??E.name,i=t.descending?-1:1,r=e.map(s=>({row:s,key:n(s)}));return r.sort((s,o)=>{if(s.key===null||o.key===null){if(s.key!==o.key)return s.key===null?1:-1}else{let a=typeof s.key=="string"?mt.compare(s.key,String(o.key)):s.key-o.key;if(a)return i*a}return mt.compare(s.row.name,o.row.name)||(s.row.id<o.row.id?-1:1)}),r.map(({row:s})=>s)}function Gt(e,t){let n=new Map(e.map(o=>[o.id,o])),i=t.flatMap(o=>n.get(o)??[]),r=new Set(t);if(i.length===e.length)return i;let s=[...i];return e.forEach((o,a)=>{if(r.has(o.id))return;let c=a?s.findIndex(h=>h.id===e[a-1]?.id):-1;s.splice(c+1,0,o)}),s}var Q=class{node=l("div","head");#t=l("div","line");#e=F();#s=[];#i="";#n;#l={};constructor(t){this.#n=t.sort,this.node.setAttribute("role","rowgroup"),this.#t.setAttribute("role","row"),this.#t.setAttribute("aria-rowindex","1"),this.node.append(this.#t),this.#e.addEventListener("change",()=>t.all(this.#e.checked))}columns(t,n){let i=`${t.map(({id:o})=>o).join(" ")} ${n.select} ${n.act}`;if(i===this.#i)return;this.#i=i,this.#s=[];let r=t.map(o=>{let a=l("div",`cell ${o.align==="end"?"end":""}`.trim());if(a.setAttribute("role","columnheader"),E[o.id]){let c=y("sort",o.label);c.append($("ascending")),c.addEventListener("click",()=>this.#r(o.id)),a.append(c),this.#s.push({sort:o.id,node:a})}else a.append(o.label);return a}),s=l("div","cell select",this.#e);s.setAttribute("role","columnheader"),this.#t.replaceChildren(...n.select?[s]:[],...r)}set(t,n,i,r){this.#l=t,v(this.node,n);for(let{sort:s,node:o}of this.#s){let a=t.descending?"descending":"ascending";m(o,"aria-sort",s===t.sort?a:null)}this.#e.checked=r>0&&i===r,this.#e.indeterminate=i>0&&i<r,m(this.#e,"aria-label",`Select all ${r}`)}#r(t){let n=this.#l.sort===t;this.#n(t,n?!this.#l.descending:E[t]?.down??!1)}};var Le=50,Yt=6,tt=class{node=l("div","scroller");#t=l("div","canvas");#e=new Map;#s=[];#i=new Map;#n={lineHeight:1,perLine:1,gap:0,build:()=>({node:l("div"),set(){}})};#l={};#r=new Set;#u=null;#o=null;#a=0;#m={x:0,y:0};#d;constructor(t,n){this.#d=n,this.node.append(t,this.#t),this.node.addEventListener("scroll",()=>this.#c(),{passive:!0}),this.#t.addEventListener("pointerdown",i=>this.#m={x:i.clientX,y:i.clientY}),this.#t.addEventListener("click",i=>this.#f(i)),this.#t.addEventListener("keydown",i=>this.#k(i)),this.#t.addEventListener("focusin",i=>this.#b(i))}reshape(t,n){let i=n==="cards";this.node.role=i?null:"grid",this.#t.role=i?"list":"rowgroup",this.#t.ariaLabel=i?"Servers":null;let r=this.#s[this.#x()];for(let{node:s}of this.#e.values())s.remove();this.#e.clear(),this.#n=t,r&&this.#h&&this.#v(this.#i.get(r.id)??0,"start")}update(t,n,i,r,s){let o=s&&this.node.scrollTop>0?this.#s[this.#x()]?.id:void 0,a=o===void 0?0:this.#g(this.#i.get(o)??0);this.#s=t,this.#i=new Map(t.map((h,g)=>[h.id,g])),this.#l=n,this.#r=i,this.#u=r,(this.#o===null||!this.#i.has(this.#o))&&(this.#o=t[0]?.id??null);let c=Math.ceil(t.length/this.#n.perLine);if(this.#t.style.height=`${Math.max(0,c*this.#n.lineHeight-this.#n.gap)}px`,this.node.classList.toggle("bounded",this.#h),!s)this.node.scrollTop=0;else if(o!==void 0&&this.#i.has(o)){let h=this.#g(this.#i.get(o)??0)-a;h&&(this.node.scrollTop+=h)}this.#p()}refresh(t){this.#l=t,this.#p()}element(t){return this.#e.get(t)?.node}between(t,n){let[i,r]=[this.#i.get(t),this.#i.get(n)];return i===void 0||r===void 0?[n]:this.#s.slice(Math.min(i,r),Math.max(i,r)+1).map(s=>s.id)}get#h(){return this.#s.length>Le}#g(t){return Math.floor(t/this.#n.perLine)*this.#n.lineHeight}#x(){return Math.floor(this.node.scrollTop/this.#n.lineHeight)*this.#n.perLine}#c(){this.#a||=requestAnimationFrame(()=>{this.#a=0,this.#p()})}#p(){let{lineHeight:t,perLine:n,gap:i}=this.#n,r=0,s=this.#s.length;if(this.#h){let f=this.node.clientHeight||900;r=Math.max(0,(Math.floor(this.node.scrollTop/t)-Yt)*n),s=Math.min(s,(Math.ceil((this.node.scrollTop+f)/t)+Yt)*n)}let o=this.#s.slice(r,s).map((f,u)=>({row:f,index:r+u})),a=this.#o===null?void 0:this.#i.get(this.#o),c=a!==void 0&&(a<r||a>=s),h=c?this.#s[a]:void 0;h&&c&&o.splice(a<r?0:o.length,0,{row:h,index:a});let g=new Set(o.map(({row:f})=>f.id));for(let[f,{node:u}]of this.#e)g.has(f)||(u.remove(),this.#e.delete(f));let p=this.#t.firstChild;for(let{row:f,index:u}of o){let d=this.#e.get(f.id);d||(d=this.#n.build(),this.#e.set(f.id,d)),d.set(f,this.#l,{selected:this.#r.has(f.id),current:f.id===this.#u,active:f.id===this.#o,index:u}),Te(d.node,this.#g(u),u%n,n,t-i),p===d.node?p=p.nextSibling:Ne(this.#t,d.node,p)}}#v(t,n){let i=this.#g(t),r=this.node.firstElementChild.offsetHeight,s=this.node.clientHeight-r-this.#n.lineHeight,{scrollTop:o}=this.node;n==="start"||i<o?this.node.scrollTop=i:i>o+s&&(this.node.scrollTop=i-s)}#w(t){return t.target.closest("[data-id]")}#f(t){let n=this.#w(t),i=n?.dataset.id;if(!n||i===void 0)return;let r=t.target,s=r.closest("[data-act]");if(s)return this.#d.act(s.dataset.act,i,s);if(r instanceof HTMLInputElement)return this.#d.select(i,r.checked,t.shiftKey);if(r.closest(".select"))return this.#d.select(i,!this.#r.has(i),t.shiftKey);if(t.ctrlKey||t.metaKey||t.shiftKey)return;r.closest("a")&&t.preventDefault(),(Math.hypot(t.clientX-this.#m.x,t.clientY-this.#m.y)<5||t.detail===0)&&this.#d.open(i)}#k(t){let n=this.#w(t),i=n?.dataset.id;if(!n||i===void 0||t.altKey||t.ctrlKey||t.metaKey)return;let r=this.#i.get(i)??0,{perLine:s}=this.#n,o=s*Math.max(1,Math.floor(this.node.clientHeight/this.#n.lineHeight)-1),a=t.target===n,c={ArrowDown:r+s,ArrowUp:r-s,PageDown:r+o,PageUp:r-o,...a?{Home:0,End:this.#s.length-1}:{},...a&&s>1?{ArrowRight:r+1,ArrowLeft:r-1}:{}}[t.key];if(c!==void 0)t.preventDefault(),this.#y(Math.min(Math.max(c,0),this.#s.length-1));else if(t.key==="Enter"&&a)t.preventDefault(),this.#d.open(i);else if(t.key===" "&&a)t.preventDefault(),n.dataset.selected!==void 0&&this.#d.select(i,!this.#r.has(i),t.shiftKey);else if((t.key==="ContextMenu"||t.key==="F10"&&t.shiftKey)&&a){let h=n.querySelector("[data-act=menu]");if(!h)return;t.preventDefault(),this.#d.act("menu",i,h)}}#y(t){let n=this.#s[t];if(!n)return;this.#o=n.id,this.#h&&this.#v(t,"nearest"),this.#p(),this.element(n.id)?.focus({preventScroll:this.#h})}#b(t){let n=this.#w(t)?.dataset.id;n===void 0||n===this.#o||(this.#o=n,this.#p())}};function Te(e,t,n,i,r){for(let[s,o]of Object.entries({"--top":`${t}px`,"--height":`${r}px`,"--column":String(n),"--columns":String(i)}))e.style.getPropertyValue(s)!==o&&e.style.setProperty(s,o)}function Ne(e,t,n){if(t.parentNode===e&&"moveBefore"in e){e.moveBefore(t,n);return}let i=t.isConnected?t.getRootNode().activeElement:null;e.insertBefore(t,n),i&&t.contains(i)&&i.focus({preventScroll:!0})}var z=4;function xt(e,t,n){let i=t.getBoundingClientRect(),{width:r,height:s}=e.getBoundingClientRect(),o=n==="end"?i.right-r:i.left,a=i.bottom+z,c=a+s>innerHeight-z&&i.top-z-s>0?i.top-z-s:a;e.style.left=`${Math.max(z,Math.min(o,innerWidth-r-z))}px`,e.style.top=`${Math.max(z,Math.min(c,innerHeight-s-z))}px`}var et=class{#t=l("div","menu");#e=null;#s=()=>{};constructor(t){this.#t.popover="auto",this.#t.setAttribute("role","menu"),this.#t.addEventListener("keydown",n=>this.#n(n)),this.#t.addEventListener("toggle",n=>{n.newState==="closed"&&this.#i()}),t.append(this.#t)}get isOpen(){return this.#t.matches(":popover-open")}open(t,n,i){this.isOpen&&this.#t.hidePopover(),this.#e=t,this.#s=i,this.#t.replaceChildren(...n.map(r=>{let s=y(`menu-item${r.danger?" danger":""}${r.apart?" apart":""}`,r.label);return s.setAttribute("role","menuitem"),s.tabIndex=-1,s.addEventListener("click",()=>{this.#t.hidePopover(),this.#s(r.act)}),s})),t.setAttribute("aria-expanded","true"),this.#t.showPopover(),xt(this.#t,t,"end"),this.#t.firstElementChild?.focus()}close(){this.isOpen&&this.#t.hidePopover()}#i(){let t=this.#t.getRootNode().activeElement;this.#e?.setAttribute("aria-expanded","false"),(!t||this.#t.contains(t))&&this.#e?.focus({preventScroll:!0}),this.#e=null}#n(t){let n=[...this.#t.children],i=n.indexOf(t.target),r={ArrowDown:i+1,ArrowUp:i-1,Home:0,End:n.length-1,Tab:-2}[t.key];r!==void 0&&(t.preventDefault(),t.stopPropagation(),r===-2?this.#t.hidePopover():n[(r+n.length)%n.length]?.focus())}};var nt=class{node=l("div","toolbar");search=l("input","search-input");#t;#e=new Map;#s=y("chip","");#i=l("button","control");#n=l("div","panel");#l=new Map;#r=l("select","control select-control");#u=y("icon-button boxed","Direction",$("ascending"));#o="ascending";#a=y("icon-button boxed","Compact rows",$("compact"));#m;#d=l("span","summary");#h=y("link","Clear filters");#g=y("link","Sort again");#x=l("div","bulk");#c=l("span","bulk-count");#p=l("span","bulk-buttons");#v=l("div","filters");#w=[];#f="";constructor(t,n){this.#t=n.change,this.#m=["table","cards"].map(i=>{let r=y("icon-button",i==="table"?"Table":"Cards",$(i));return r.addEventListener("click",()=>n.change({layout:i})),{layout:i,node:r}}),this.#k(t,n)}#k(t,n){this.search.type="search",this.search.placeholder="Search name, address, tag",this.search.setAttribute("aria-label","Search servers"),this.search.setAttribute("aria-keyshortcuts","/"),this.search.spellcheck=!1,this.search.addEventListener("input",()=>n.change({search:this.search.value},!0));let i=l("kbd","","/");i.setAttribute("aria-hidden","true");let r=l("label","search",$("search"),this.search,i);this.#i.type="button",this.#n.popover="auto",this.#n.setAttribute("role","group"),this.#n.setAttribute("aria-label","Tags"),t.append(this.#n),this.#i.popoverTargetElement=this.#n,this.#n.addEventListener("toggle",()=>{this.#n.matches(":popover-open")&&xt(this.#n,this.#i,"start")});for(let[p,{label:f}]of Object.entries(E))this.#r.append(new Option(f,p));this.#r.setAttribute("aria-label","Sort by"),this.#r.addEventListener("change",()=>{n.change({sort:this.#r.value,descending:E[this.#r.value]?.down??!1})}),this.#u.addEventListener("click",()=>{n.change({descending:this.#u.getAttribute("aria-pressed")!=="true"})}),this.#a.addEventListener("click",()=>{let p=this.#a.getAttribute("aria-pressed")==="true";n.change({density:p?"comfortable":"compact"})});let s=l("span","segments",...this.#m.map(({node:p})=>p));s.setAttribute("role","group"),s.setAttribute("aria-label","Layout");let o=l("span","order",this.#r,this.#u),a=l("span","controls",this.#i,o,this.#a,s);this.#s.addEventListener("click",()=>n.change({statuses:[]}));let c=l("div","chips",this.#s);c.setAttribute("role","group"),c.setAttribute("aria-label","Status");for(let p of at.toSorted((f,u)=>f.chip-u.chip)){let f=R();f.set(p.name);let u=l("span","chip-count"),d=l("button","chip",f.node,l("span","chip-word",p.word),u);d.type="button",d.dataset.status=p.name,d.addEventListener("click",()=>this.#b("statuses",p.name)),c.append(d),this.#e.set(p.name,{node:d,number:u,word:p.word})}for(let[p,f]of[["server","shared"],["browser","private"]]){let u=l("span","chip-count"),d=l("span","chip-word",f==="shared"?"Shared":"Private"),x=l("button","chip",$(f),d,u);x.type="button",x.addEventListener("click",()=>this.#b("where",p)),c.append(x),this.#w.push({where:p,chip:x,number:u})}this.#h.addEventListener("click",n.clear),this.#g.addEventListener("click",n.resort),this.#g.title="The figures moved on since the order was made",this.#d.setAttribute("role","status");let h=l("span","note",this.#g,this.#h,this.#d);this.#v.append(c,h);let g=y("link","Clear selection");g.addEventListener("click",n.unselect),this.#x.append(this.#c,this.#p,g),this.#x.setAttribute("role","group"),this.#x.setAttribute("aria-label","Selected servers"),this.#p.addEventListener("click",p=>{let f=p.target.closest("button")?.dataset.act;f&&n.bulk(f)}),this.node.append(l("div","top",r,a),this.#v,this.#x)}#y={};#b(t,n){let i=this.#y[t];this.#t({[t]:i.includes(n)?i.filter(r=>r!==n):[...i,n]})}set(t){let{view:n,counts:i}=t;this.#y=n,this.search.value!==n.search&&(this.search.value=n.search),b(this.#s,`All ${O(i.all)}`),P(this.#s,!n.statuses.length);for(let[o,{node:a,number:c,word:h}]of this.#e){let g=i.statuses.get(o)??0;b(c,O(g)),P(a,n.statuses.includes(o)),a.classList.toggle("zero",g===0),m(a,"aria-label",`${h}, ${g}`),m(a,"title",h)}for(let{where:o,chip:a,number:c}of this.#w)v(a,t.mixed),b(c,O(i.where.get(o)??0)),P(a,n.where.includes(o));this.#A(n,i.tags),this.#E(t),P(this.#a,n.density==="compact");for(let{layout:o,node:a}of this.#m)P(a,o===n.layout);let r=`server${t.total===1?"":"s"}`,s=t.filtered?`${O(t.matching)} of `:"";b(this.#d,`${s}${O(t.total)} ${r}`),v(this.#h,t.filtered),v(this.#g,t.outdated),this.#T(t)}#E({view:t,sortable:n}){v(this.#r.parentElement,n),this.#r.value!==t.sort&&(this.#r.value=t.sort);let i=t.descending?"descending":"ascending";P(this.#u,t.descending),this.#o!==i&&(this.#o=i,this.#u.replaceChildren($(i))),m(this.#u,"title",i==="ascending"?"Smallest first":"Largest first")}#A(t,n){let i=new Map([...n,...t.tags.filter(s=>!n.has(s)).map(s=>[s,0])]);v(this.#i,i.size>0);let r=t.tags.length?`Tags: ${t.tags.join(", ")}`:"Tags";this.#i.dataset.label!==r&&(this.#i.dataset.label=r,this.#i.replaceChildren(l("span","control-text",r),$("down"))),this.#i.classList.toggle("is-on",t.tags.length>0),[...i.keys()].join(`
`)!==[...this.#l.keys()].join(`
`)&&(this.#l=new Map([...i.keys()].map(s=>[s,this.#L(s)])),this.#n.replaceChildren(...[...this.#l.values()].map(({node:s})=>s)));for(let[s,o]of this.#l)o.input.checked=t.tags.includes(s),b(o.count,O(i.get(s)??0))}#L(t){let n=l("input","check");n.type="checkbox",n.addEventListener("change",()=>this.#b("tags",t));let i=l("span","chip-count");return{node:l("label","panel-row",n,l("span","panel-text",t),i),input:n,count:i}}#T({selected:t,bulk:n}){v(this.#x,t>0),v(this.#v,t===0),b(this.#c,`${O(t)} selected`);let i=JSON.stringify(n);i!==this.#f&&(this.#f=i,this.#p.replaceChildren(...n.map(({label:r,act:s,danger:o})=>{let a=y(`control${o?" danger":""}`,r);return a.dataset.act=s,a})))}};function P(e,t){m(e,"aria-pressed",String(t))}var qt=`:host {
  --surface: var(--st-background-color, #fff);
  --raised: var(--st-secondary-background-color, #f4f6f9);
  --text: var(--st-text-color, #111827);
  --muted: color-mix(in srgb, var(--text) 68%, var(--surface));
  --faint: color-mix(in srgb, var(--text) 22%, var(--surface));
  --line: color-mix(in srgb, var(--text) 11%, var(--surface));
  --edge: color-mix(in srgb, var(--text) 20%, var(--surface));
  --hover: color-mix(in srgb, var(--text) 4.5%, var(--surface));
  --accent: var(--st-primary-color, #2f54c8);
  --online: var(--st-green-color, #16a34a);
  --offline: var(--st-red-color, #d92d20);
  --unauthorized: var(--st-orange-color, #d97706);
  --error: var(--st-violet-color, #7c3aed);
  --checking: var(--st-blue-color, #2563eb);
  --unknown: var(--st-gray-color, #7b8494);
  --online-text: var(--st-green-text-color, #15803d);
  --offline-text: var(--st-red-text-color, #b42318);
  --unauthorized-text: var(--st-orange-text-color, #9a4f05);
  --error-text: var(--st-violet-text-color, #6d28d9);
  --checking-text: var(--st-blue-text-color, #1d4ed8);
  --unknown-text: var(--st-gray-text-color, #5b6472);
  --radius: var(--st-base-radius, 8px);
  --small: 0.8125rem;
  --tiny: 0.75rem;
  color: var(--text);
  font-family: var(--st-font, sans-serif);
  font-size: 0.875rem;
  line-height: 1.35;
  font-variant-numeric: tabular-nums;
}

:host([data-theme="dark"]) {
  color-scheme: dark;
}

:host([data-theme="light"]) {
  color-scheme: light;
}

*,
*::before,
*::after {
  box-sizing: border-box;
}

[hidden] {
  display: none !important;
}

button,
input,
select {
  font: inherit;
  color: inherit;
  letter-spacing: inherit;
}

button {
  cursor: pointer;
  background: none;
  border: 0;
  padding: 0;
}

:focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 1px;
}

.icon {
  width: 16px;
  height: 16px;
  flex: none;
  fill: none;
  stroke: currentColor;
  stroke-width: 1.5;
  stroke-linecap: round;
  stroke-linejoin: round;
}

.icon-more {
  stroke-width: 2.4;
}

.mark {
  width: 10px;
  height: 10px;
  flex: none;
}

[data-status="online"] {
  --tone: var(--online);
  --tone-text: var(--online-text);
}
[data-status="offline"] {
  --tone: var(--offline);
  --tone-text: var(--offline-text);
}
[data-status="unauthorized"] {
  --tone: var(--unauthorized);
  --tone-text: var(--unauthorized-text);
}
[data-status="error"] {
  --tone: var(--error);
  --tone-text: var(--error-text);
}
[data-status="checking"] {
  --tone: var(--checking);
  --tone-text: var(--checking-text);
}
[data-status="unknown"] {
  --tone: var(--unknown);
  --tone-text: var(--unknown-text);
}

.mark {
  fill: var(--tone);
}

.check {
  width: 16px;
  height: 16px;
  margin: 0;
  accent-color: var(--accent);
  cursor: pointer;
}

.menu,
.panel,
.tip {
  position: fixed;
  inset: auto;
  margin: 0;
  color: var(--text);
  background: var(--surface);
  border: 1px solid var(--edge);
  border-radius: var(--radius);
  box-shadow: 0 8px 28px rgb(8 15 30 / 0.16), 0 1px 3px rgb(8 15 30 / 0.1);
  font-size: 0.875rem;
}

.menu {
  padding: 4px;
  min-width: 168px;
}

.menu:popover-open {
  display: grid;
}

.menu-item {
  text-align: left;
  padding: 6px 10px;
  border-radius: calc(var(--radius) - 3px);
}

.menu-item:hover,
.menu-item:focus-visible {
  background: var(--raised);
  outline: none;
}

.menu-item:focus-visible {
  box-shadow: inset 0 0 0 2px var(--accent);
}

.menu-item.apart {
  margin-top: 9px;
  position: relative;
}

.menu-item.apart::before {
  content: "";
  position: absolute;
  inset: -5px 2px auto;
  border-top: 1px solid var(--line);
}

.danger {
  color: var(--offline-text);
}

.panel {
  padding: 6px;
  min-width: 180px;
  max-width: min(320px, 90vw);
  max-height: min(340px, 70vh);
  overflow: auto;
}

.panel-row {
  display: flex;
  align-items: center;
  gap: 10px;
  padding: 5px 8px;
  border-radius: calc(var(--radius) - 3px);
  cursor: pointer;
}

.panel-row:hover {
  background: var(--raised);
}

.panel-text {
  flex: 1;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.tip {
  pointer-events: none;
  padding: 6px 10px;
  font-size: var(--small);
  white-space: nowrap;
}

.tip-status {
  display: flex;
  align-items: center;
  gap: 6px;
}

.tip-status b {
  margin-left: auto;
  padding-left: 12px;
  font-weight: 600;
}

.tip-time {
  color: var(--muted);
  font-size: var(--tiny);
}

@media (prefers-reduced-motion: no-preference) {
  .chip,
  .control,
  .icon-button,
  .row,
  .card {
    transition: background-color 0.12s, border-color 0.12s, color 0.12s;
  }
}
`;var Jt=`.as-cards .scroller {
  border: 0;
  border-radius: 0;
}

.as-cards .scroller.bounded {
  border: 1px solid var(--line);
  border-width: 1px 0;
}

.card {
  --share: calc((100% - (var(--columns) - 1) * 14px) / var(--columns));
  width: var(--share);
  left: calc(var(--column) * (var(--share) + 14px));
  display: flex;
  flex-direction: column;
  padding: 12px 14px;
  gap: 2px;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--surface);
  overflow: hidden;
}

.card::before {
  content: "";
  position: absolute;
  inset: 0 0 auto;
  height: 3px;
  background: var(--tone);
}

.card[data-status="online"]::before {
  opacity: 0.35;
}

.card:hover {
  border-color: var(--edge);
}

.card[aria-current] {
  border-color: var(--accent);
}

.card-head {
  display: flex;
  align-items: center;
  gap: 8px;
  min-height: 28px;
}

.card-head .title {
  flex: 1;
}

.card-status {
  display: flex;
  align-items: baseline;
  gap: 8px;
  margin: 4px 0 6px;
}

.card-note {
  color: var(--muted);
  font-size: var(--tiny);
  margin-left: auto;
}

.card .beats {
  width: 100%;
  flex: none;
}

.card-figures {
  display: grid;
  grid-template-columns: 1.05fr 1fr 0.7fr 1fr;
  gap: 8px;
  margin: 10px 0 0;
}

.card-figures dt {
  color: var(--muted);
  font-size: 0.6875rem;
}

.card-figures dd {
  margin: 0;
  font-size: var(--small);
  white-space: nowrap;
}

.card-figures .failing {
  font-size: var(--small);
}

.card-why {
  margin-top: 10px;
  font-size: var(--small);
  line-height: 1.3;
  color: var(--muted);
  display: -webkit-box;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 3;
  overflow: hidden;
}

.card-foot {
  margin-top: auto;
  color: var(--muted);
  font-size: var(--tiny);
  white-space: nowrap;
  overflow: hidden;
  text-overflow: ellipsis;
}

.compact .card-url,
.compact .card-figures,
.compact .card .card-why {
  display: none;
}
`;var Xt=`.scroller {
  overflow-anchor: none;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  overflow: clip;
}

.scroller.bounded {
  overflow: hidden auto;
  max-height: clamp(360px, calc(100vh - 210px), 900px);
  overscroll-behavior: auto;
  scrollbar-width: thin;
  scrollbar-color: var(--faint) transparent;
  contain: content;
}

.canvas {
  position: relative;
}

.head {
  position: sticky;
  top: 0;
  z-index: 2;
  background: var(--surface);
  border-bottom: 1px solid var(--line);
  font-size: var(--tiny);
  color: var(--muted);
}

.line {
  display: grid;
  grid-template-columns: var(--tracks);
  column-gap: 14px;
  align-items: center;
  padding: 0 12px;
  min-width: 0;
}

.head .line {
  height: 34px;
}

.row .line {
  min-height: 35px;
}

.sort {
  display: inline-flex;
  align-items: center;
  gap: 3px;
  height: 24px;
  border-radius: 4px;
  white-space: nowrap;
}

.sort:hover,
[aria-sort] .sort {
  color: var(--text);
}

[aria-sort] .sort {
  font-weight: 600;
}

.sort .icon {
  width: 11px;
  height: 11px;
  visibility: hidden;
  margin-right: -14px;
}

.end .sort {
  flex-direction: row-reverse;
}

.end .sort .icon {
  margin: 0 0 0 -14px;
}

[aria-sort] .sort .icon {
  visibility: visible;
}

[aria-sort="descending"] .sort .icon {
  transform: rotate(180deg);
}

.row,
.card {
  position: absolute;
  top: 0;
  left: 0;
  width: 100%;
  height: var(--height);
  transform: translateY(var(--top));
  cursor: pointer;
  contain: layout style;
}

.row {
  border-bottom: 1px solid var(--line);
  display: flex;
  flex-direction: column;
  justify-content: center;
  background: var(--surface);
}

.row:hover {
  background: var(--hover);
}

.row:focus-visible,
.card:focus-visible {
  outline-offset: -2px;
}

.row[aria-current]::before {
  content: "";
  position: absolute;
  inset: 0 auto 0 0;
  width: 3px;
  background: var(--accent);
}

.row[data-selected="true"],
.card[data-selected="true"] {
  background: color-mix(in srgb, var(--accent) 7%, var(--surface));
}

.cell {
  grid-row: 1;
  min-width: 0;
  overflow: hidden;
}

.end + .cell:not(.end) {
  padding-left: 10px;
}

.row .cell[data-column="beats"] {
  overflow: visible;
}

.end {
  text-align: right;
}

.row .end {
  display: grid;
  justify-items: end;
}

.select {
  display: grid;
  place-items: center;
  align-self: stretch;
  overflow: visible;
}

.actions {
  grid-column: -2 / -1;
  overflow: visible;
}

.buttons {
  display: flex;
  gap: 2px;
  justify-content: flex-end;
}

.stack {
  display: grid;
  gap: 1px;
  min-width: 0;
}

.title {
  display: flex;
  align-items: center;
  gap: 6px;
  min-width: 0;
}

.name {
  color: inherit;
  text-decoration: none;
  font-weight: 600;
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.row:hover .name,
.card:hover .name {
  text-decoration: underline;
  text-decoration-color: var(--faint);
  text-underline-offset: 3px;
}

.star {
  width: 13px;
  height: 13px;
  flex: none;
  fill: var(--unauthorized);
}

.store {
  display: inline-flex;
  color: var(--muted);
}

.store .icon {
  width: 13px;
  height: 13px;
}

.badge,
.tag {
  flex: none;
  font-size: 0.6875rem;
  line-height: 16px;
  padding: 0 6px;
  border-radius: 8px;
  background: var(--raised);
  color: var(--muted);
  white-space: nowrap;
}

.sub {
  color: var(--muted);
  font-size: var(--tiny);
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}

.status {
  display: inline-flex;
  align-items: center;
  gap: 7px;
  color: var(--tone-text);
  white-space: nowrap;
}

.figure {
  white-space: nowrap;
  overflow: hidden;
  text-overflow: ellipsis;
}

.none {
  color: var(--muted);
}

.metered {
  display: grid;
  justify-items: end;
  gap: 3px;
  width: 100%;
}

.meter {
  display: block;
  width: 100%;
  max-width: 56px;
  height: 3px;
  border-radius: 2px;
  background: var(--line);
  overflow: hidden;
}

.meter[data-level="none"] {
  visibility: hidden;
}

.fill {
  display: block;
  height: 100%;
  border-radius: 2px;
  background: var(--muted);
}

.meter[data-level="raised"] .fill {
  background: var(--unauthorized);
}

.meter[data-level="high"] .fill {
  background: var(--offline);
}

.rules {
  display: grid;
  justify-items: end;
  line-height: 1.25;
}

.compact .rules {
  display: flex;
  flex-direction: row-reverse;
  align-items: baseline;
  justify-content: flex-start;
  gap: 8px;
}

.failing {
  color: var(--offline-text);
  font-size: var(--tiny);
  white-space: nowrap;
}

.tags {
  display: flex;
  gap: 4px;
  overflow: hidden;
  mask-image: linear-gradient(to right, #000 calc(100% - 14px), transparent);
}

.why {
  display: none;
  color: var(--muted);
  font-size: var(--small);
  line-height: 1.3;
}

.unwell .yields {
  display: none;
}

.unwell .why {
  display: -webkit-box;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 2;
}

.compact .unwell .why {
  -webkit-line-clamp: 1;
}

.more {
  display: flex;
  align-items: center;
  gap: 2px 14px;
  padding: 2px 12px 0;
  color: var(--muted);
  font-size: var(--tiny);
  min-width: 0;
}

.fleet[data-mode="connections"] .more {
  padding-left: 46px;
}

.facts {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
  max-width: 100%;
}

.more .beats {
  width: 150px;
  flex: none;
}

/* Heartbeats */

.beats {
  height: 20px;
  width: 150px;
  cursor: default;
  border-radius: 3px;
}

.beats svg {
  display: block;
  width: 100%;
  height: 100%;
  overflow: visible;
}

.beats path {
  fill: var(--tone, var(--line));
}

.beats path[data-status="none"] {
  fill: var(--faint);
}

.beats .cursor {
  fill: var(--text);
  opacity: 0;
}

.beats.has-cursor .cursor {
  opacity: 0.14;
}

.compact .row .beats {
  height: 16px;
}
`;var Qt=`/* Less room: after the others, which it changes. */

.slim .chip-word {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
}

.slim kbd {
  display: none;
}

.narrow .top {
  display: grid;
}

.narrow .search {
  max-width: none;
}

.narrow .controls {
  margin: 0;
}

.narrow .order {
  flex: 1;
}

.narrow .order .select-control {
  flex: 1;
}

.narrow .more {
  flex-direction: column;
  align-items: flex-start;
}

.narrow .facts {
  white-space: normal;
  display: -webkit-box;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 2;
}

.narrow .row [data-act="edit"] {
  display: none;
}
`;var te=`.fleet {
  display: block;
  min-width: 0;
}

.toolbar {
  display: grid;
  gap: 10px;
  margin-bottom: 10px;
}

.top {
  display: flex;
  flex-wrap: wrap;
  gap: 8px;
}

.search {
  flex: 1 1 220px;
  max-width: 420px;
  min-width: 0;
  display: flex;
  align-items: center;
  gap: 8px;
  height: 36px;
  padding: 0 10px;
  border: 1px solid var(--edge);
  border-radius: var(--radius);
  background: var(--surface);
  color: var(--muted);
}

.search:focus-within {
  border-color: var(--accent);
  box-shadow: 0 0 0 1px var(--accent);
}

.search-input {
  flex: 1;
  min-width: 0;
  border: 0;
  outline: 0;
  background: none;
  color: var(--text);
  padding: 0;
}

.search-input::placeholder {
  color: var(--muted);
  opacity: 1;
}

.search-input::-webkit-search-cancel-button {
  filter: grayscale(1);
}

kbd {
  font: inherit;
  font-size: 0.6875rem;
  line-height: 16px;
  padding: 0 5px;
  border: 1px solid var(--line);
  border-radius: 4px;
}

.search:focus-within kbd {
  visibility: hidden;
}

.controls {
  display: flex;
  gap: 8px;
  margin-left: auto;
  min-width: 0;
}

.order {
  display: flex;
  gap: 4px;
  min-width: 0;
}

.control {
  display: inline-flex;
  align-items: center;
  gap: 6px;
  height: 36px;
  padding: 0 12px;
  border: 1px solid var(--edge);
  border-radius: var(--radius);
  background: var(--surface);
  min-width: 0;
}

.control:hover,
.icon-button:hover {
  background: var(--raised);
}

.control.is-on {
  border-color: var(--accent);
}

.control.danger {
  border-color: color-mix(in srgb, var(--offline) 45%, var(--surface));
}

.control-text {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
  max-width: 180px;
}

.control .icon {
  width: 12px;
  height: 12px;
}

.select-control {
  padding: 0 8px;
  cursor: pointer;
}

.select-control option {
  background: var(--surface);
}

.icon-button {
  display: inline-grid;
  place-items: center;
  width: 28px;
  height: 28px;
  border-radius: calc(var(--radius) - 2px);
  color: var(--muted);
}

.icon-button:hover {
  color: var(--text);
}

.icon-button.boxed {
  width: 36px;
  height: 36px;
  border: 1px solid var(--edge);
  border-radius: var(--radius);
}

.icon-button[aria-pressed="true"],
.icon-button[aria-expanded="true"] {
  background: var(--raised);
  color: var(--text);
}

.order .icon-button[aria-pressed] {
  background: none;
}

.segments {
  display: inline-flex;
  border: 1px solid var(--edge);
  border-radius: var(--radius);
  padding: 3px;
  gap: 2px;
  height: 36px;
}

.filters,
.bulk {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 8px 16px;
  min-height: 30px;
}

.chips {
  display: flex;
  flex-wrap: wrap;
  gap: 6px;
}

.chip {
  display: inline-flex;
  align-items: center;
  gap: 6px;
  height: 28px;
  padding: 0 10px;
  border: 1px solid var(--line);
  border-radius: 14px;
  font-size: var(--small);
  white-space: nowrap;
}

.chip:hover {
  background: var(--raised);
}

.chip[aria-pressed="true"] {
  border-color: var(--accent);
  background: color-mix(in srgb, var(--accent) 10%, var(--surface));
}

.chip .icon {
  width: 13px;
  height: 13px;
}

.chip-count {
  color: var(--muted);
}

.chip.zero .mark {
  opacity: 0.45;
}

.chip.zero .chip-word {
  color: var(--muted);
}

.note {
  display: flex;
  gap: 14px;
  margin-left: auto;
  color: var(--muted);
  font-size: var(--small);
  white-space: nowrap;
}

.link {
  color: var(--st-link-color, var(--accent));
  font-size: var(--small);
  border-radius: 3px;
}

.link:hover {
  text-decoration: underline;
}

.bulk {
  padding: 0 0 0 12px;
  border-left: 3px solid var(--accent);
}

.bulk-count {
  font-weight: 600;
}

.bulk-buttons {
  display: flex;
  flex-wrap: wrap;
  gap: 8px;
}

.bulk .control {
  height: 30px;
  font-size: var(--small);
}

.empty {
  display: grid;
  justify-items: center;
  gap: 12px;
  padding: 40px 16px;
  border: 1px dashed var(--edge);
  border-radius: var(--radius);
  color: var(--muted);
  text-align: center;
}

.empty p {
  margin: 0;
}
`;var V=8,it=class{#t=l("div","tip");#e=null;constructor(t){this.#t.popover="manual",this.#t.setAttribute("aria-hidden","true"),t.append(this.#t)}show(t,n,i){this.#e=t,this.#t.replaceChildren(...i.map(c=>l("div","",c))),this.#t.matches(":popover-open")||this.#t.showPopover();let{width:r,height:s}=this.#t.getBoundingClientRect(),o=Math.min(Math.max(V,n.left+n.width/2-r/2),innerWidth-r-V),a=n.top-s-V;this.#t.style.left=`${o}px`,this.#t.style.top=`${a>V?a:n.bottom+V}px`}hide(t){t!==void 0&&t!==this.#e||(this.#e=null,this.#t.matches(":popover-open")&&this.#t.hidePopover())}};var De=400,Re=560,Ie=12,je=288,st=14,ee={shown:[],dropped:[],second:!1},vt=class{#t;#e=l("section","fleet");#s;#i;#n;#l;#r;#u=l("div","empty");#o=[];#a;#m=[];#d="";#h=[];#g="";#x=!1;#c=new Set;#p="";#v="";#w=0;#f=0;#k="";#y=ee;#b;#E=0;#A=new AbortController;constructor(t){let n=t.parentElement,i=new Set(n.children);this.#t=t,this.#a=JSON.parse(t.data.view),yt(n,qt,te,Xt,Jt,Qt),n.append(this.#e),this.#s=new it(n),this.#i=new et(n),this.#n=new nt(n,{change:(s,o)=>this.#M(s,o),clear:()=>this.#M({search:"",statuses:[],tags:[],where:[]}),resort:()=>this.#S({resort:!0}),bulk:s=>this.#N(s,this.#_([...this.#c])),unselect:()=>this.#z([],!0)}),this.#l=new Q({sort:(s,o)=>this.#M({sort:s,descending:o}),all:s=>this.#z(s?this.#h:[],!0)}),this.#r=new tt(this.#l.node,{open:s=>this.#H(s),act:(s,o,a)=>s==="menu"?this.#V(o,a):this.#N(s,[o]),select:(s,o,a)=>this.#W(s,o,a)}),this.#e.append(this.#n.node,this.#r.node,this.#u),this.#r.node.setAttribute("aria-label","Servers"),this.#r.node.addEventListener("scroll",()=>this.#s.hide(),{passive:!0});let r=[...n.children].filter(s=>!i.has(s));this.#A.signal.addEventListener("abort",()=>r.forEach(s=>s.remove())),this.#L()}#L(){let{signal:t}=this.#A,n=new ResizeObserver(()=>this.#j());n.observe(this.#e),t.addEventListener("abort",()=>n.disconnect());let i=setInterval(()=>{!document.hidden&&this.#o.length&&this.#r.refresh(this.#C())},1e3);t.addEventListener("abort",()=>clearInterval(i)),document.addEventListener("keydown",r=>{r.key!=="/"||r.ctrlKey||r.metaKey||r.altKey||kt(r)||document.querySelector("[role=dialog]")||!this.#e.isConnected||(r.preventDefault(),this.#n.search.focus(),this.#n.search.select())},{signal:t}),this.#n.search.addEventListener("keydown",r=>{r.key!=="Escape"||!this.#a.search||(r.preventDefault(),this.#M({search:""}))})}destroy(){this.#A.abort(),clearTimeout(this.#b)}update(t){this.#t=t;let{data:n}=t;this.#w=n.now-performance.now()/1e3,this.#o=n.rows.map(Ct);let i=new Set(this.#o.map(s=>s.id));this.#c=new Set([...this.#c].filter(s=>i.has(s))),this.#i.isOpen&&!i.has(this.#v)&&this.#i.close();let r=this.#T(JSON.parse(n.view));$t(t.parentElement),m(this.#e,"data-mode",n.mode),this.#S({resort:r,top:r})}#T(t){let n=JSON.stringify(t);if(n===this.#d)return!1;this.#d=n;let i=this.#m.indexOf(n);return i!==-1?(this.#m.splice(0,i+1),!1):this.#b!==void 0?!1:(this.#a=t,!0)}#M(t,n=!1){this.#a={...this.#a,...t},this.#S({resort:!0,top:!("density"in t)}),clearTimeout(this.#b),this.#b=setTimeout(()=>this.#D(),n?De:0)}#D(){this.#b=void 0;let{search:t,statuses:n,tags:i,where:r,sort:s,descending:o,layout:a,density:c}=this.#a,h={search:t,statuses:n,tags:i,where:r,sort:s,descending:o,layout:a,density:c};this.#m=[...this.#m.slice(-20),JSON.stringify(h)],this.#t.setTriggerValue("view",h)}#N(t,n){if(!n.length)return;this.#E+=1;let[i,r]=t.split(":"),s=`${Date.now().toString(36)}-${this.#E}`;this.#t.setTriggerValue("action",{kind:i,ids:n,to:r??null,nonce:s})}get#R(){return this.#w+performance.now()/1e3}get#$(){return this.#f<Re}get#I(){let t=this.#t.data.mode==="connections";return{select:t,act:t}}get#O(){return this.#o.some(t=>t.shared)&&this.#o.some(t=>!t.shared)}#C(){let{mode:t,link:n}=this.#t.data,i=this.#a.density==="compact";return{now:this.#R,mode:t,link:n,compact:i,mixed:this.#O,fitted:this.#y}}#j(){let t=this.#e.clientWidth;!t||t===this.#f||(this.#f=t,this.#S())}#S({resort:t=!1,top:n=!1}={}){this.#f||(this.#f=this.#e.clientWidth);let{data:i}=this.#t,r=this.#a,s=Zt(_t(this.#o,r),r),o=this.#B(s,t);this.#P();let a=r.layout==="cards";this.#n.set({view:r,counts:Vt(this.#o,r),total:this.#o.length,matching:o.length,filtered:Ft(r),mixed:this.#O,sortable:a||this.#$,outdated:this.#x,selected:this.#c.size,bulk:this.#F()});let c=o.filter(h=>this.#c.has(h.id)).length;this.#l.set(r,!a&&!this.#$,c,o.length),m(this.#r.node,"aria-rowcount",a?null:String(o.length+1)),this.#e.classList.toggle("compact",r.density==="compact"),this.#e.classList.toggle("as-cards",a),this.#e.classList.toggle("narrow",this.#$),this.#e.classList.toggle("slim",this.#f<760),v(this.#n.node,this.#o.length>0),v(this.#r.node,o.length>0),this.#K(o.length),this.#r.update(o,this.#C(),this.#c,i.selected,!n)}#B(t,n){let i=`${this.#a.sort} ${this.#a.descending}`,s=!(E[this.#a.sort]?.steady??!0)&&!n&&i===this.#g,o=s?Gt(t,this.#h):t;return this.#x=s&&o.some((a,c)=>a!==t[c]),this.#g=i,this.#h=o.map(a=>a.id),o}#P(){let{mode:t}=this.#t.data,n=this.#a.density==="compact",i=this.#I;if(this.#a.layout==="cards"){let p=Math.max(1,Math.floor((this.#f+st)/(je+st))),f=(n?132:190)+st;this.#y=ee,this.#U(`cards ${p} ${f} ${t}`,{lineHeight:f,perLine:p,gap:st,build:()=>Wt(this.#s,i)});return}let r=new Set(this.#o.some(p=>p.tags.length)?[]:["tags"]),s=this.#$?Pt:Bt,o=(i.select?ht+W:0)+(i.act?s+W:0)+2*Ie,a=jt(t,this.#f-o,r,{narrow:this.#$,compact:n});this.#y=a;let c=a.second?this.#$?58:22:0,h=(n||c?36:54)+c+(c&&!n?8:0),g=[...i.select?[`${ht}px`]:[],...a.shown.map(({min:p,grow:f})=>f?`minmax(${p}px, ${f}fr)`:`${p}px`),...i.act?[`${s}px`]:[]].join(" ");this.#e.style.setProperty("--tracks",g),this.#U(`table ${t} ${h} ${a.shown.length} ${g}`,{lineHeight:h,perLine:1,gap:0,build:()=>Kt(a,t,this.#s,i)}),this.#l.columns(a.shown,i)}#U(t,n){t!==this.#k&&(this.#k=t,this.#r.reshape(n,this.#a.layout))}#K(t){if(v(this.#u,t===0),t>0)return;let n=this.#a.search.trim(),i=this.#o.length===0,r=i?this.#t.data.empty:`No server matches${n?` “${n}”`:" these filters"}.`,s=y("control","Clear filters");s.addEventListener("click",()=>this.#M({search:"",statuses:[],tags:[],where:[]})),this.#u.replaceChildren(l("p","",r),...i?[]:[s])}#z(t,n){this.#c=new Set(n?t:[...this.#c,...t]),this.#S()}#W(t,n,i){let r=i&&this.#p?this.#r.between(this.#p,t):[t];for(let s of r)n?this.#c.add(s):this.#c.delete(s);this.#p=t,this.#S()}#_(t){let n=new Set(t);return[...this.#h.filter(r=>n.delete(r)),...n]}#F(){let{canEdit:t,copyTo:n}=this.#t.data,i=this.#c.size;return[{label:"Check now",act:"check"},{label:"Export",act:"export"},...t&&n.length>1?n.map(ne):[],...t?[{label:`Delete ${i} server${i===1?"":"s"}`,act:"delete",danger:!0}]:[]]}#V(t,n){let i=this.#o.find(c=>c.id===t);if(!i)return;let{canEdit:r,copyTo:s}=this.#t.data,o=i.shared?"server":"browser";this.#v=t,this.#s.hide();let a=[{label:"Edit",act:"edit"},{label:"Duplicate",act:"duplicate"},i.isDefault?{label:"No longer default",act:"no_default"}:{label:"Set as default",act:"default"},...s.filter(c=>c!==o).map(ne)];this.#i.open(n,[{label:"Open",act:"open"},{label:"Test",act:"test"},...r?a:[],{label:"Export",act:"export"},...r?[{label:"Delete",act:"delete",danger:!0,apart:!0}]:[]],c=>c==="open"?this.#H(t):this.#N(c,[t]))}#H(t){Rt(G(this.#t.data.link,t))}};function ne(e){return{label:e==="server"?"Copy to the server":"Copy to this browser",act:`copy:${e}`}}var bt=new WeakMap;function Be(e){let t=e.parentElement,n=bt.get(t)??new vt(e);return bt.set(t,n),n.update(e),()=>{n.destroy(),bt.delete(t)}}export{Be as default};
